"""The page of a session: when and with whom, the slots, the agenda, the summary, the review. Plain values for templates."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from tenants.actors import Actor
from tenants.documents import operations as documents
from tenants.mission.agreement.queries import open_divergences
from tenants.mission.objectives.standing import Standing
from tenants.mission.queries import Frame
from tenants.mission.roadmap import queries as roadmap
from tenants.mission.schedule import attending, hours, queries, reviews, summaries
from tenants.mission.schedule.choosing import Answer, Proposed, common, missing
from tenants.mission.schedule.clock import of as wall_time
from tenants.mission.schedule.clock import when as instant
from tenants.mission.schedule.models import AgendaItem, Review, Session, Summary
from tenants.mission.schedule.telling import content
from tenants.mission.schedule.types import USUAL, State, Type
from tenants.policy import Do, may
from tenants.zones import Audience, Kind
from webapp import access, formats
from webapp import words as glossary
from webapp.mission import layout, names
from webapp.mission.readers import ReadersView, readers_view
from webapp.mission.schedule import attendance, brought, forms, free, lines, words

ROOM = "schedule"


def context(row: Session, **more: Any) -> dict[str, Any]:
    """What ``one.html`` and its parts need. A bounded number of statements."""
    from webapp.mission.schedule.views import live_url

    frame, actor = g.frame, access.actor()
    there = queries.of_mission(frame, row.strand_id)
    people = queries.participants(frame, row)
    attended = lines.Attended()
    if attendance.begun(row):
        attended = lines.Attended(attending.of_sessions([row.id]), hours.confirmed(frame.id))
    found = {
        **layout.context(frame, ROOM, row.strand_id),
        "s": row,
        "title": lines.titles(frame, there).get(row.id, words.TYPES[row.type]()),
        "about": words.ABOUT[row.type](),
        "leaves": words.LEAVES[row.type](),
        "people": [_person(frame, row, c, actor) for c in people],
        "when": _when(row),
        "where": lines.place(row),
        "length": formats.duration(row.minutes),
        "audience": lines.dates_view(frame, row.strand_id),
        "live_url": live_url(frame, row.strand_id, "session"),
        **_asked(frame, row, people, actor, more.pop("typed", None), there, attended),
        **_agenda(frame, row, actor, more.pop("point", None), there),
        **_kept(frame, row, actor),
        **brought.context(
            frame, row, actor, reads=_reads(frame, row, actor), typed=more.pop("bringing", None)
        ),
        **_reviewed(frame, row, actor),
        **attendance.context(frame, row, actor, attended.held.get(row.id), more.pop("attended", None)),
        "history": [_told(frame, c) for c in queries.history(row)],
        "refused": None,
        "part": "",
        "conflict": None,
    }
    return found | more


def hints() -> dict[str, str]:
    """Of each type: what it is, and its usual length."""
    return {
        t.value: f"{words.ABOUT[t]()} {_('Habituellement %(length)s.', length=formats.duration(USUAL[t].minutes))}"
        for t in Type
    }


def _person(frame: Frame, row: Session, contact: uuid.UUID, actor: Actor) -> tuple[str, str, str, str, bool]:
    held = [s.role for s in frame.seats if s.contact_id == contact and s.spans(row.strand_id)]
    kept = [r for r in dict.fromkeys(held) if r in row.roles]
    member = frame.members[contact]
    party = glossary.party_of(kept[0]) if kept else "firm"
    name = names.first_name(frame, contact)
    return party, member.initials, name, glossary.roles(kept), contact == actor.contact_id


def _when(row: Session) -> dict[str, Any]:
    """The date in words, and what is to be said of its hour."""
    if row.local_at is None or row.timezone is None:
        return {"words": lines.week_words(row.week_of), "iso": None, "note": None, "past": False}
    note = None
    there = instant(row.local_at.date(), row.local_at.time(), row.timezone)
    if there.twice:
        note = _("Cette nuit-là, l’heure passe deux fois : c’est la première.")
    elif wall_time(there.at, "Europe/Paris") != row.local_at:
        note = _("%(moment)s, heure de Paris.", moment=formats.moment(there.at))
    return {
        "words": lines.span(row.local_at, row.minutes, row.timezone),
        "iso": row.local_at.isoformat(timespec="minutes"),
        "note": note,
        "past": queries.before_now(row),
    }


# -- the date -----------------------------------------------------------------------------------


def _asked(
    frame: Frame, row: Session, people: list[uuid.UUID], actor: Actor, typed: Any, there: Sequence[Session],
    attended: lines.Attended,
) -> dict[str, Any]:  # fmt: skip
    """The slots, what everybody said of them, the forms about the date."""
    poll = queries.open_poll(row.id)
    slots = queries.proposed(poll) if poll else []
    suiting = common(slots, people, formats.now())
    lacking = missing(slots, people) if poll else []
    open_ = row.state in (State.TO_PLAN, State.PLANNED)
    plans = open_ and may(actor, Do.SCHEDULE_PLAN, row)
    return {
        "state": lines.state(frame, row, poll, slots, people, actor, attended),
        "poll": poll,
        "slots": [_slot(frame, s, row, people, actor) for s in slots],
        "first": suiting[0].id if suiting else None,
        "first_words": lines.span(suiting[0].local, row.minutes, suiting[0].zone) if suiting else "",
        "asked_by": names.first_name(frame, poll.author_id) if poll else "",
        "asked_by_you": bool(poll) and poll.author_id == actor.contact_id,  # type: ignore[union-attr]
        "lacking": names.first_names(frame, [c for c in lacking if c != actor.contact_id]),
        "answered": bool(poll) and actor.contact_id not in lacking,
        "can_answer": bool(poll) and actor.contact_id in people and may(actor, Do.SCHEDULE_ANSWER, row),
        "can_fix": bool(poll) and may(actor, Do.SCHEDULE_FIX, poll),
        "can_plan": plans,
        "can_hold": plans
        and row.state == State.PLANNED
        and queries.before_now(row)
        and attending.proposes(frame, row, actor) is None,
        "date_form": _date_form(row, typed),
        "slots_form": _slots_form(row, typed, there) if plans and not poll else None,
        "answer_form": typed if isinstance(typed, forms.AnswerForm) else forms.AnswerForm(formdata=None),
        "cancel_form": typed if isinstance(typed, forms.CancelForm) else forms.CancelForm(formdata=None),
        "typed": type(typed).__name__ if typed is not None else "",
        "late": _late(row),
        "cost": _cost(frame, row, actor) if plans else "",
    }


def _slot(
    frame: Frame, s: Proposed, row: Session, people: Sequence[uuid.UUID], actor: Actor
) -> dict[str, Any]:
    mine = s.answers.get(actor.contact_id) if actor.contact_id else None
    return {
        "id": s.id,
        "words": lines.span(s.local, row.minutes, s.zone),
        "iso": s.local.isoformat(timespec="minutes"),
        "mine": mine.value if mine else "",
        "said": _said(frame, s, people, actor),
        "suits": s.suits(people),
        "past": s.starts_at <= formats.now(),
    }


def _said(frame: Frame, s: Proposed, people: Sequence[uuid.UUID], actor: Actor) -> str:
    """« Inès et vous pouvez, Marc n’a pas répondu »."""
    me = actor.contact_id
    told = []
    for answer, one, many, you in (
        (Answer.YES, _("%(who)s peut"), _("%(who)s peuvent"), _("vous pouvez")),
        (Answer.MAYBE, _("%(who)s peut s’il le faut"), _("%(who)s peuvent s’il le faut"), _("vous pouvez s’il le faut")),
        (Answer.NO, _("%(who)s ne peut pas"), _("%(who)s ne peuvent pas"), _("vous ne pouvez pas")),
        (None, _("%(who)s n’a pas répondu"), _("%(who)s n’ont pas répondu"), _("vous n’avez pas répondu")),
    ):  # fmt: skip
        there = [c for c in people if s.answers.get(c) == answer]
        others = [c for c in there if c != me]
        if me in there:
            told.append(you)
        if others:
            said = one if len(others) == 1 else many
            told.append(said % {"who": names.first_names(frame, others)})
    whole = ", ".join(told)
    return whole[:1].upper() + whole[1:]


def _late(row: Session) -> str:
    """What is to be said of a late cancellation: whether the agreement counts it."""
    if not row.late:
        return ""
    spent = hours.spent_late(row.id)
    if spent:
        return _("annulé tardivement, %(length)s décomptées", length=formats.duration(spent))
    return _("annulé tardivement, rien n’est décompté")


def _cost(frame: Frame, row: Session, actor: Actor) -> str:
    """What it would spend to cancel now, said before it is done."""
    late, minutes = hours.if_cancelled(frame, row, by=actor)
    if not late:
        return _("Annulé maintenant, il ne décompte aucune heure.")
    if minutes:
        length = formats.duration(minutes)
        return _(
            "Le délai convenu est passé : annulé maintenant, il compte pour %(length)s, comme le prévoit l’accord.",
            length=length,
        )
    return _("Annulé par vous, même tard, il ne décompte aucune heure.")


def _date_form(row: Session, typed: Any) -> forms.DateForm:
    if isinstance(typed, forms.DateForm):
        return typed
    form = forms.DateForm(formdata=None)
    form.revision.data = row.revision
    form.length.data = formats.typed_duration(row.minutes)
    form.way.data, form.place.data = row.way, row.place
    if row.local_at is not None:
        form.on.data = formats.typed_day(row.local_at.date())
        form.hour.data = typed_hour(row.local_at)
        form.timezone.data = row.timezone
    return form


def _slots_form(row: Session, typed: Any, there: Sequence[Session]) -> forms.SlotsForm:
    """Three moments that look free to whoever asks, by the dates that they know."""
    if isinstance(typed, forms.SlotsForm):
        typed.poll_id.data = typed.poll_id.data or uuid.uuid4()
        return typed
    form = forms.SlotsForm(formdata=None)
    form.poll_id.data = uuid.uuid4()
    for (day, hour), moment in zip(form.pairs(), free.looking(row, there), strict=False):
        day.data, hour.data = formats.typed_day(moment.date()), typed_hour(moment)
    return form


def typed_hour(local: datetime) -> str:
    """« 9 h 30 », with ordinary spaces."""
    return f"{local.hour} h" + (f" {local.minute:02}" if local.minute else "")


# -- the agenda ---------------------------------------------------------------------------------


def _agenda(
    frame: Frame, row: Session, actor: Actor, point: forms.PointForm | None, there: Sequence[Session]
) -> dict[str, Any]:
    view = _readers(frame, row)
    reads = actor.contact_id in view.ids
    form = point or forms.PointForm(formdata=None)
    form.item_id.data = form.item_id.data or uuid.uuid4()
    own = queries.agenda(row) if reads else []
    before = queries.carried(row, there) if reads else []
    writes = reads and may(actor, Do.AGENDA_WRITE, row) and row.state != State.CANCELLED
    return {
        "reads_agenda": reads,
        "points": [_point(frame, row, i, actor) for i in own],
        "carried": [
            _point(frame, row, p.item, actor) | {"since": lines.titles(frame, [p.carried_from]).get(p.item.session_id, ""),
             "on": _day(p.carried_from)}
            for p in before
        ],
        "agenda_audience": view,
        "can_write": writes,
        "point_form": form,
        "divergences": divergences(frame, row, there) if reads else [],
        "strategies": strategies(frame, row, actor) if writes else [],
        "action_id": uuid.uuid4(),
    }  # fmt: skip


def _readers(frame: Frame, row: Session) -> ReadersView:
    """Who reads what is said there: its agenda, what the mentor brings to it."""
    kind, audience = content(row.roles, row.strand_id)
    return readers_view(frame, kind=kind, audience=audience, strand_id=row.strand_id)


def _reads(frame: Frame, row: Session, actor: Actor) -> bool:
    return actor.contact_id in _readers(frame, row).ids


def _point(frame: Frame, row: Session, item: AgendaItem, actor: Actor) -> dict[str, Any]:
    usual = item.usual is not None
    return {
        "id": item.id,
        "text": point_words(row, item),
        "usual": usual,
        "who": "" if usual else _who(frame, item.author_id, actor),
        "done": item.done_at is not None,
        "removable": usual or item.author_id == actor.contact_id,
        "action": item.action_id,
    }


def point_words(row: Session, item: AgendaItem) -> str:
    """What it says: its own words, or those of a usual point of that type."""
    if item.usual is None:
        return item.text
    return words.POINTS.get(f"{row.type}.{item.usual}", lambda: "")()


def strategies(frame: Frame, row: Session, actor: Actor) -> list[tuple[str, str]]:
    """Where a point may enter the roadmap: the strategies of the strand's axes that the reader may write."""
    return [
        (str(s.id), s.wording or _("Stratégie sans formulation"))
        for axis in roadmap.of_strand(frame, row.strand_id, by=actor)
        if axis.strand_id == row.strand_id and not axis.closed and may(actor, Do.ROADMAP_WRITE, axis)
        for s in axis.strategies
    ]


def divergences(frame: Frame, row: Session, there: Sequence[Session]) -> list[str]:
    """What the expectations left open goes to the first meeting of the strand."""
    if queries.first_of(row, there) != row.id:
        return []
    return [d.words for d in open_divergences(frame.id)]


def _who(frame: Frame, contact: uuid.UUID, actor: Actor) -> str:
    return _("vous") if contact == actor.contact_id else names.first_name(frame, contact)


def _day(row: Session | None) -> str:
    day = lines.day_of(row) if row is not None else None
    return formats.short_day(day) if day else ""


# -- the summary and the review -----------------------------------------------------------------


def _kept(frame: Frame, row: Session, actor: Actor) -> dict[str, Any]:
    found = queries.summary(row)
    return {
        "summary": _summary(frame, found, actor) if found else None,
        "can_summarise": found is None and row.state != State.CANCELLED and may(actor, Do.SUMMARY_WRITE, row),
        "summary_limit": summaries.LIMIT,
        "pair_audience": readers_view(
            frame, kind=Kind.SUMMARIES, audience=Audience.PAIR if row.strand_id else Audience.GROUP,
            strand_id=row.strand_id,
        ),
    }  # fmt: skip


def _summary(frame: Frame, found: Summary, actor: Actor) -> dict[str, Any]:
    text = documents.current([found.document_id]).get(found.document_id, {}).get("text", "")
    shared = found.shared_at is not None
    return {
        "id": found.id,
        "document_id": found.document_id,
        "text": text,
        "shared": formats.on_day(found.shared_at) if found.shared_at else "",
        "by": _who(frame, found.shared_by, actor) if found.shared_by else "",
        "audience": readers_view(frame, found.zone_id),
        "future": readers_view(
            frame, kind=Kind.SUMMARIES, audience=Audience.PARTIES, strand_id=found.strand_id
        ),
        "writes": not shared and may(actor, Do.SUMMARY_WRITE, found),
        "shares": not shared and found.strand_id is not None and may(actor, Do.SUMMARY_SHARE, found),
        "pair": not shared and found.strand_id is not None,
    }


def _reviewed(frame: Frame, row: Session, actor: Actor) -> dict[str, Any]:
    if row.type != Type.REVIEW or row.strand_id is None:
        return {"reviews": False, "review": None, "can_review": False}
    found = queries.review(row)
    begun = found is None and row.state != State.CANCELLED
    return {
        "reviews": True,
        "review": _review(frame, found, actor) if found else None,
        "can_review": begun and may(actor, Do.REVIEW_WRITE, row),
        "review_limit": reviews.LIMIT,
        "review_audience": readers_view(
            frame, kind=Kind.OBJECTIVES, audience=Audience.PARTIES, strand_id=row.strand_id
        ),
    }


def _review(frame: Frame, found: Review, actor: Actor) -> dict[str, Any]:
    texts = documents.current([found.document_id]).get(found.document_id, {})
    stands = reviews.standing(found, frame, texts)
    mine = next((i for i in stands if i.contact_id == actor.contact_id), None)
    given = mine is not None and mine.standing is Standing.GIVEN
    open_ = found.approved_at is None
    writes = open_ and may(actor, Do.REVIEW_WRITE, found)
    return {
        "id": found.id,
        "document_id": found.document_id,
        "texts": [
            {"root": r, "label": words.ROOTS[r][0](), "help": words.ROOTS[r][1](), "text": texts.get(r, "")}
            for r in reviews.ROOTS
        ],
        "hash": reviews.texts_hash(texts),
        "marks": [_mark(frame, found, i, actor) for i in stands],
        "approved": formats.on_day(found.approved_at) if found.approved_at else "",
        "writes": writes,
        "approves": open_ and mine is not None and not given and may(actor, Do.REVIEW_APPROVE, found),
        "takes_back": open_ and given,
        "changed": _changes(found, texts, actor) if mine and mine.standing is Standing.LAPSED else [],
    }


def _mark(frame: Frame, found: Review, i: Any, actor: Actor) -> dict[str, Any]:
    party, initials, name, role, you = _party(frame, found, i.contact_id, actor)
    if i.standing is Standing.GIVEN:
        said = formats.on_day(i.given.at)
    else:
        lapsed = i.standing is Standing.LAPSED
        said = _("ne vaut plus : le texte a changé") if lapsed else _("pas encore")
    return {
        "party": party, "initials": initials, "name": name, "role": role, "you": you, "assent": i.standing.value,
        "words": said,
    }  # fmt: skip


def _party(frame: Frame, found: Review, contact: uuid.UUID, actor: Actor) -> tuple[str, str, str, str, bool]:
    held = [s.role for s in frame.seats if s.contact_id == contact and s.spans(found.strand_id)]
    roles = list(dict.fromkeys(held))
    member = frame.members[contact]
    party = glossary.party_of(roles[0]) if roles else "firm"
    return (
        party,
        member.initials,
        names.first_name(frame, contact),
        glossary.roles(roles),
        contact == actor.contact_id,
    )


def _changes(found: Review, texts: dict[str, str], actor: Actor) -> list[tuple[str, list[tuple[str, str]]]]:
    """What differs from the texts that the reader had approved."""
    from webapp.mission.objectives.lines import pieces

    last = next((a for a in reversed(queries.approvals(found)) if a.contact_id == actor.contact_id), None)
    if last is None:
        return []
    return [
        (words.ROOTS[r][0](), pieces(last.content.get(r, ""), texts.get(r, "")))
        for r in reviews.ROOTS
        if last.content.get(r, "") != texts.get(r, "")
    ]


def _told(frame: Frame, change: Any) -> dict[str, Any]:
    member = frame.members.get(change.by_id)
    roles = [s.role for s in frame.seats if s.contact_id == change.by_id]
    return {
        "party": glossary.party_of(roles[0]) if roles else "firm",
        "initials": member.initials if member else "",
        "words": words.MOVED[change.field](names.first_name(frame, change.by_id)),
        "before": moved_words(change.before) if change.field == "moved" else None,
        "after": moved_words(change.after) if change.field in ("moved", "planned") else None,
        "reason": change.reason,
        "iso": change.at.isoformat(),
        "when": formats.moment(change.at),
    }


def moved_words(kept: dict[str, Any] | None) -> str | None:
    """A date that history kept, in words."""
    if not kept or not kept.get("local_at"):
        return None
    local = datetime.fromisoformat(kept["local_at"])
    return lines.span(local, kept.get("minutes") or 0, kept.get("timezone") or "Europe/Paris")


def back(row: Session) -> str:
    """The list that it stands in."""
    return url_for(
        "schedule.index", mission_id=row.mission_id, strand=row.strand_id, _anchor=f"session-{row.id}"
    )
