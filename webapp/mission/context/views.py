"""Reading: the page, and each of its regions when it is stale."""

from typing import Any

from tenants.mission.queries import Frame
from tenants.policy import Do
from webapp import access
from webapp.access import allows
from webapp.mission.context import attached, context, load, position_shown, question_shown, shown
from webapp.mission.objectives.load import Strand
from webapp.pages import show

PAGE = "mission/context/page.html"


@context.get("")
@allows(Do.MISSION_SEE, load.room)
def index(strand: Strand) -> Any:
    """The file of a strand."""
    return show(PAGE, **whole(strand.frame, strand.strand_id))


@context.get("/sheets")
@allows(Do.MISSION_SEE, load.reading)
def sheets(dossier: load.Dossier) -> Any:
    """The job as each tells it."""
    return show(PAGE, "_sheets.html", **whole(dossier.frame, dossier.strand_id))


@context.get("/copies")
@allows(Do.MISSION_SEE, load.reading)
def copies(dossier: load.Dossier) -> Any:
    """The company sheet and the mentors' pages."""
    return show(PAGE, "_copies.html", **whole(dossier.frame, dossier.strand_id))


@context.get("/questions")
@allows(Do.MISSION_SEE, load.reading)
def questions(dossier: load.Dossier) -> Any:
    """The mentor's open questions."""
    return show(PAGE, "_questions.html", **whole(dossier.frame, dossier.strand_id))


@context.get("/position")
@allows(Do.MISSION_SEE, load.reading)
def position(dossier: load.Dossier) -> Any:
    """Where the mentee starts."""
    return show(PAGE, "_position.html", **whole(dossier.frame, dossier.strand_id))


@context.get("/files")
@allows(Do.MISSION_SEE, load.reading)
def files(dossier: load.Dossier) -> Any:
    """What was attached."""
    return show(PAGE, "_files.html", **whole(dossier.frame, dossier.strand_id))


@context.get("/reading")
@allows(Do.MISSION_SEE, load.reading)
def reading(dossier: load.Dossier) -> Any:
    """Who has read the file, what changed since."""
    return show(PAGE, "_reading.html", **whole(dossier.frame, dossier.strand_id))


@context.get("/note")
@allows(Do.NOTE_WRITE, load.noting)
def note(found: load.Whole) -> Any:
    """The strategic note, for its readers."""
    return show(PAGE, "_note.html", **whole(found.frame, load.strand_of(found.frame)))


def whole(frame: Frame, strand_id: Any, **more: Any) -> dict[str, Any]:
    """What ``page.html`` needs; nothing of the file for whoever does not read it."""
    found = shown.frame_of(frame, strand_id)
    if not found["reads"] or strand_id is None:
        return found | {"reads": False}
    return (
        found
        | shown.of_sheets(frame, strand_id)
        | shown.of_copies(frame, strand_id)
        | question_shown.of_questions(frame, strand_id)
        | position_shown.of_position(frame, strand_id)
        | attached.of_files(frame, strand_id)
        | shown.of_reading(frame, strand_id)
        | shown.of_note(frame)
        | more
    )


def renewed(frame: Frame) -> Frame:
    """The mission as it is after an act."""
    return access.renew(frame.id) or frame
