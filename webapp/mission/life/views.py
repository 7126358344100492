"""The page, and its three acts: suspend, take up again, end early."""

from typing import Any

from flask import Response

from tenants.mission.life import operations
from tenants.mission.queries import Frame
from tenants.policy import Do, may
from tenants.refusals import Incorrect, Refused
from tenants.zones import Audience, Kind
from webapp import formats
from webapp.access import Current, actor, allows
from webapp.errors import words_of
from webapp.forms import Form, Invalid
from webapp.mission import layout
from webapp.mission.life import load, shown
from webapp.mission.life.forms import EndForm, SuspendForm, ticked
from webapp.mission.life.room import room
from webapp.mission.readers import readers_view, staff_view
from webapp.pages import go, show

PAGE, RESUME, END = "mission/life/page.html", "mission/life/resume.html", "mission/life/end.html"


@room.get("")
@allows(Do.LIFE_SEE, load.frame)
def page(frame: Frame) -> Response:
    """What is suspended, what has ended, and the ways to both."""
    return _page(frame)


@room.post("/suspension")
@allows(Do.STRAND_SUSPEND, load.suspendable)
def suspend(part: load.Part) -> Any:
    """From–to. Who suspends the whole answers for all of it."""
    if not may(actor(), load.suspends(part.strand_id), part):
        raise Refused("life.not_yours")
    try:
        form = SuspendForm.read(parts=shown.offered(part.frame, "suspend"))
        operations.suspend(
            part.frame, part.strand_id, form.from_on.read, form.until_on.day, by=actor(), pause_id=form.pause_id.data
        )  # fmt: skip
    except Invalid as bad:
        return _page(part.frame, bad.form, 422)
    except Incorrect as wrong:
        form[wrong.values["field"]].errors = [words_of(wrong).title + "."]
        return _page(part.frame, form, 422)
    return go("life.page", mission_id=part.mission_id)


@room.get("/suspensions/<uuid:pause_id>")
@allows(Do.MISSION_RESUME, load.pause)
def resuming(found: load.Suspended) -> Response:
    """The dates before and after, each of which may be left as it is."""
    shifts = operations.shifts(found.frame, found.pause, by=actor())
    if not shifts and not operations.running(found.pause):
        return go("life.page", mission_id=found.mission_id)
    return show(
        RESUME,
        **layout.context(found.frame, "life"),
        pause=found.pause,
        running=operations.running(found.pause),
        days=formats.days(operations.length(found.pause)),
        rows=shown.rows(found.frame, shifts),
        seated=bool(actor().seats_in(found.frame.id)),
    )


@room.post("/suspensions/<uuid:pause_id>")
@allows(Do.MISSION_RESUME, load.pause)
def resume(found: load.Suspended) -> Response:
    """Taken up again today, with the dates that were kept, in one act."""
    Form.read()
    operations.resume(found.pause, found.frame, ticked(), by=actor())
    return go("life.page", mission_id=found.mission_id)


@room.get("/end")
@allows(Do.MISSION_END, load.frame)
def ending(frame: Frame) -> Response:
    """What ending means, before it is done."""
    parts = shown.offered(frame, "end")
    if not parts:
        raise Refused("life.not_signatory")
    form = EndForm(formdata=None, parts=parts)
    form.effective_on.data = formats.typed_day(formats.today())
    return _ending(frame, form)


@room.post("/end")
@allows(Do.MISSION_END, load.part)
def end(part: load.Part) -> Any:
    """It ends, whatever its stage."""
    try:
        form = EndForm.read(parts=shown.offered(part.frame, "end"))
        operations.end(
            part.frame, part.strand_id, form.effective_on.read, form.sentence.data or "", by=actor(),
            end_id=form.end_id.data,
        )  # fmt: skip
    except Invalid as bad:
        return _ending(part.frame, bad.form, 422)
    except Incorrect as wrong:
        form[wrong.values["field"]].errors = [words_of(wrong).title + "."]
        return _ending(part.frame, form, 422)
    return go("life.page", mission_id=part.mission_id)


def _page(frame: Frame, form: Any = None, status: int = 200) -> Response:
    here = Current().person
    parts = shown.offered(frame, "suspend")
    if form is None and parts:
        form = SuspendForm(formdata=None, parts=parts)
        form.from_on.data = formats.typed_day(formats.today())
    return show(
        PAGE,
        "_life.html",
        status=status,
        **layout.context(frame, "life"),
        everyone=staff_view(frame, here.firm if here else ""),
        seated=bool(actor().seats_in(frame.id)),
        pauses=shown.pauses(frame),
        ends=shown.ends(frame),
        unconfirmed=[(s, shown.session_words(s)) for s in operations.unconfirmed(frame)]
        if shown.ends(frame)
        else [],
        form=form if parts else None,
        may_end=bool(shown.offered(frame, "end")),
    )


def _ending(frame: Frame, form: Any, status: int = 200) -> Response:
    return show(
        END,
        status=status,
        **layout.context(frame, "life"),
        form=form,
        seated=bool(actor().seats_in(frame.id)),
        alone=len(frame.strands) == 1,
        readers=readers_view(frame, kind=Kind.AGREEMENT, audience=Audience.EVERYONE),
    )
