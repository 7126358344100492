"""Reading: the page, and each of its regions when it is stale."""

from typing import Any

from tenants.mission.queries import Frame
from tenants.policy import Do
from webapp.access import allows
from webapp.mission.agreement import agreement, load, shown
from webapp.pages import show

PAGE = "mission/agreement/page.html"


@agreement.get("")
@allows(Do.MISSION_SEE, load.room)
def index(frame: Frame) -> Any:
    """The request and its sentence, what each expects, the divergences."""
    return show(PAGE, **shown.whole(frame))


@agreement.get("/texts")
@allows(Do.MISSION_SEE, load.reading)
def texts(frame: Frame) -> Any:
    """The three texts side by side."""
    return show(PAGE, "_texts.html", **shown.whole(frame))


@agreement.get("/history")
@allows(Do.MISSION_SEE, load.reading)
def history(frame: Frame) -> Any:
    """What happened to them, when it is opened."""
    return show(
        "mission/agreement/told.html", "_history.html", **shown.whole(frame), **shown.of_history(frame)
    )


@agreement.get("/expectations")
@allows(Do.MISSION_SEE, load.reading)
def expectations(frame: Frame) -> Any:
    """Who is ready; or what each expects, by heading."""
    return show(PAGE, "_expectations.html", **shown.whole(frame))


@agreement.get("/divergences")
@allows(Do.MISSION_SEE, load.reading)
def divergences(frame: Frame) -> Any:
    """What diverges, and what was made of it."""
    return show(PAGE, "_divergences.html", **shown.whole(frame))
