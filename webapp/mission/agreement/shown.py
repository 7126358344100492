"""The agreement's first page as values: the three texts, what each expects, the divergences."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from tenants.documents.texts import difference
from tenants.mission.agreement import expectations, queries, texts
from tenants.mission.agreement.headings import HEADINGS, LIMITS, REQUEST, SENTENCE, TEXTS
from tenants.mission.agreement.models import AgreementText, Divergence
from tenants.mission.agreement.parties import askers
from tenants.mission.queries import Frame
from tenants.policy import Do, may
from tenants.zones import Audience, Kind
from webapp import access, formats
from webapp import words as glossary
from webapp.mission import layout, names
from webapp.mission.agreement import load, tabs
from webapp.mission.agreement.forms import DateForm, MarkForm, OutcomeForm, RequestForm
from webapp.mission.agreement.words import ASKED, HEADING, HINTS, OUTCOME, TITLE, act
from webapp.mission.readers import ReadersView, readers_view

ROOM = "agreement"
OPS = {"same": "same", "del": "out", "ins": "in"}  # as ui/change.html reads them


@dataclass(frozen=True)
class Party:
    """One person of the mission: mark, names; what they have said, in words."""

    id: uuid.UUID
    party: str
    initials: str
    name: str
    role: str
    you: bool
    said: str = ""
    ready: bool = False


@dataclass(frozen=True)
class TextView:
    """One of the three texts. ``can``: what the reader may do with it. ``pieces``: the difference from the one before."""

    what: str
    number: int
    title: str
    words: str = ""
    id: uuid.UUID | None = None
    document_id: uuid.UUID | None = None
    limit: int = 0
    writing: bool = False
    by: Party | None = None
    line: str = ""
    state: tuple[str, str] | None = None
    can: frozenset[str] = field(default_factory=frozenset)
    pieces: list[tuple[str, str]] = field(default_factory=list)
    asks: str = ""


def frame_of(frame: Frame) -> dict[str, Any]:
    """What every page of the agreement needs: the layout, its tabs, its socket, who reads it."""
    found = layout.context(frame, ROOM)
    readers = load.readers(frame)
    return {
        **found,
        "tab_items": tabs.items(frame),
        "tab": request.path,
        "audience": readers,
        "reads": access.actor().contact_id in readers.ids,
        "read_by": names.first_names(
            frame, [s.contact_id for s in frame.sitting() if s.contact_id in readers.ids]
        ),
        "live_url": f"/live?company={g.slug}&page=agreement:{frame.id}",
    }


def party(frame: Frame, contact: uuid.UUID, **more: Any) -> Party:
    """Somebody of the mission, by name and role."""
    member = frame.members.get(contact)
    seats = [s for s in frame.seats if s.contact_id == contact]
    present = [s for s in seats if s in frame.sitting()] or seats
    roles = list(dict.fromkeys(s.role for s in present))
    return Party(
        id=contact,
        party=glossary.party_of(roles[0]) if roles else "firm",
        initials=member.initials if member else "",
        name=member.name if member else "",
        role=glossary.roles(roles),
        you=contact == access.actor().contact_id,
        **more,
    )


# -- the three texts ------------------------------------------------------------------------------


def of_texts(frame: Frame, form: RequestForm | None = None) -> dict[str, Any]:
    """What ``_texts.html`` needs."""
    found = queries.texts(frame.id)
    shown = []
    for number, what in enumerate(TEXTS, 1):
        before = found.get(TEXTS[number - 2]) if number > 1 else None
        shown.append(_text(frame, what, number, found.get(what), before))
    asking = askers(frame)
    form = form or RequestForm(formdata=None)
    return {
        "texts": shown,
        "request_form": form,
        "asking": [(c, names.first_name(frame, c)) for c in asking if c != access.actor().contact_id],
        "begun": bool(found),
    }


def _text(
    frame: Frame, what: str, number: int, found: queries.Text | None, before: queries.Text | None
) -> TextView:
    asks = names.first_names(frame, askers(frame)) if what == REQUEST else ""
    if found is None:
        return TextView(what, number, TITLE[what](), can=_may_begin(frame, what), asks=asks)
    row, held = found.row, _subject(frame, found)
    can = _can(frame, found, held)
    moved = before is not None and before.counts and before.words and found.words
    return TextView(
        what=what,
        number=number,
        title=TITLE[what](),
        words=found.words,
        id=row.id,
        document_id=row.document_id,
        limit=LIMITS[what],
        writing="write" in can,
        by=party(frame, row.author_id),
        line=_line(frame, found),
        state=_state(frame, found),
        can=can,
        pieces=[(OPS[s.kind], s.text) for s in difference(before.words, found.words)]
        if moved and before
        else [],
        asks=names.first_name(frame, row.for_id),
    )


def _subject(frame: Frame, found: queries.Text) -> load.Held:
    row = found.row
    return load.Held(row, frame, row.company_id, row.mission_id, row.zone_id, row.author_id)


def _may_begin(frame: Frame, what: str) -> frozenset[str]:
    actor = access.actor()
    if what == REQUEST:
        mine = actor.contact_id in askers(frame)
        heard = may(actor, Do.REFORMULATION_WRITE, frame)  # a mentor
        return frozenset(n for n, yes in (("begin", mine), ("hear", heard)) if yes)
    do = Do.SENTENCE_WRITE if what == SENTENCE else Do.REFORMULATION_WRITE
    return frozenset({"begin"}) if may(actor, do, frame) else frozenset()


def _can(frame: Frame, found: queries.Text, held: load.Held) -> frozenset[str]:
    """write, keep, reopen, confirm: by the table, and by where the text stands."""
    actor, row = access.actor(), found.row
    does = {REQUEST: Do.REQUEST_WRITE, SENTENCE: Do.SENTENCE_WRITE}.get(row.what, Do.REFORMULATION_WRITE)
    can = set()
    if may(actor, does, held) and row.locked_at is None:
        can |= {"reopen"} if row.kept_at else {"write"} | ({"keep"} if row.what != SENTENCE else set())
    asked = may(actor, Do.REQUEST_CONFIRM, held) and actor.contact_id in texts.confirmers(row, frame)
    if asked and row.kept_at is not None and row.confirmed_at is None:
        can |= {"confirm"}
    if "confirm" in can or (
        row.kept_at is None and row.what == REQUEST and actor.contact_id in _left(frame, row)
    ):
        can |= {"take"}
    return frozenset(can)


def _left(frame: Frame, row: AgreementText) -> set[uuid.UUID]:
    """Who takes over from a writer who is gone."""
    gone = row.author_id not in {s.contact_id for s in frame.sitting()}
    return texts.heirs(row, frame) if gone else set()


def _line(frame: Frame, found: queries.Text) -> str:
    """Whose words, and of when: « Hélène, pour Solange, d’après leur entretien du 9 septembre »."""
    row = found.row
    who = names.first_name(frame, row.author_id)
    if row.what == SENTENCE:
        return _moved(frame, row.moved_at or row.begun_at, row.moved_by or row.author_id)
    if row.for_id is not None and row.heard_on is not None:
        return _(
            "%(who)s, pour %(asker)s, d’après leur entretien du %(day)s",
            who=who,
            asker=names.first_name(frame, row.for_id),
            day=formats.short_day(row.heard_on),
        )
    day = formats.on_day(row.kept_at or row.moved_at or row.begun_at)
    return _("%(who)s, %(day)s", who=who, day=day)


def _moved(frame: Frame, at: datetime, by: uuid.UUID) -> str:
    who = names.first_name(frame, by)
    if formats.local(at).date() == formats.today():
        return _("%(who)s y a écrit en dernier, %(moment)s.", who=who, moment=formats.on_moment(at))
    return _("N’a pas bougé %(since)s ; %(who)s y a écrit en dernier.", since=formats.since(at), who=who)


def _state(frame: Frame, found: queries.Text) -> tuple[str, str] | None:
    row = found.row
    if row.locked_at is not None:
        return "proposed", _("Dans la version proposée : le texte ne bouge plus")
    if row.for_id is not None and row.kept_at is not None and row.confirmed_at is None:
        return "awaiting", _("%(who)s ne l’a pas encore confirmée", who=names.first_name(frame, row.for_id))
    if row.confirmed_at is not None:
        day = formats.on_day(row.confirmed_at)
        return "agreed", _("Confirmée par %(who)s %(day)s", who=names.first_name(frame, row.for_id), day=day)
    if row.kept_at is not None:
        return "agreed", _("Retenue %(day)s", day=formats.on_day(row.kept_at))
    return ("draft", _("En cours d’écriture")) if row.what != SENTENCE else None


def of_history(frame: Frame) -> dict[str, Any]:
    """What ``_history.html`` needs: what happened to the three texts, the latest first."""
    lines = [(what, c) for what, t in queries.texts(frame.id).items() for c in queries.history(t.row.id)]
    lines.sort(key=lambda told: told[1].at, reverse=True)
    told = []
    for what, c in lines:
        who = names.first_names(frame, [*c.also_ids, c.by_id])
        by = party(frame, c.by_id)
        edit = c.act == "written"
        told.append(
            {
                "party": by.party,
                "initials": by.initials,
                "words": act(c.act, who, what),
                "before": c.before if edit else None,
                "after": c.after if edit else None,
                "iso": c.at.isoformat(),
                "when": formats.moment(c.at),
            }
        )
    return {"changes": told}


# -- what each expects ----------------------------------------------------------------------------


def of_expectations(frame: Frame, date_form: DateForm | None = None) -> dict[str, Any]:
    """What ``_expectations.html`` needs."""
    actor = access.actor()
    found = queries.expectations(frame, actor.contact_id)
    mine_here = actor.contact_id in found.parties
    return {
        "e": found,
        "people": [_ready(frame, found, c) for c in found.parties],
        "others_left": [c for c in found.waiting if c != actor.contact_id],
        "left_names": names.first_names(frame, found.waiting, actor.contact_id),
        "headings": _revealed(frame, found) if found.revealed_at else [],
        "kept_back": names.first_names(frame, [c for c in found.waiting if c != actor.contact_id]),
        "fields": _fields(found) if mine_here and found.mine else [],
        "mine_here": mine_here,
        "mine": found.mine,
        "said": bool(found.mine and found.mine.ready_at),
        "may_reveal": mine_here and expectations.may_reveal(frame, found.reveal, set(found.ready), by=actor),
        "may_date": may(actor, Do.EXPECTATION_DATE, frame) and not found.revealed_at,
        "date_form": date_form or DateForm(formdata=None),
        "told_by": names.first_name(frame, found.reveal.told_by if found.reveal else None),
        "only_me": _only_me(frame) if mine_here else None,
        "limit": LIMITS["expectation"],
        "first_day": formats.day((formats.now() + expectations.NOTICE).date()),
    }


def _only_me(frame: Frame) -> ReadersView:
    return readers_view(frame, kind=Kind.AGREEMENT, audience=Audience.AUTHOR)


def _ready(frame: Frame, found: queries.Expectations, contact: uuid.UUID) -> Party:
    at = found.ready.get(contact)
    return party(
        frame, contact, said=_said(at, you=contact == access.actor().contact_id), ready=at is not None
    )


def _said(at: datetime | None, *, you: bool) -> str:
    if at is None:
        return _("vous n’avez pas encore dit « prêt »") if you else _("n’a pas encore dit « prêt »")
    day = formats.on_day(at)
    return _("vous avez dit « prêt » %(day)s", day=day) if you else _("a dit « prêt » %(day)s", day=day)


def _fields(found: queries.Expectations) -> list[tuple[str, str, str, str]]:
    """Heading, its words, its hint, what stands under it."""
    from tenants.documents import operations as documents

    assert found.mine is not None  # noqa: S101 - asked above
    document = found.mine.document_id
    words = documents.current([document]).get(document, {}) if document else found.mine.texts
    return [(h, ASKED[h](), HINTS[h](), words.get(h, "")) for h in HEADINGS]


def _revealed(frame: Frame, found: queries.Expectations) -> list[dict[str, Any]]:
    """By heading: each person with their words, '' where they wrote nothing."""
    people = {r.author_id: party(frame, r.author_id) for r in found.revealed}
    return [
        {
            "key": h,
            "title": HEADING[h](),
            "mark_url": url_for(
                "agreement.index", mission_id=frame.id, heading=h, _anchor="divergence-words"
            ),
            "said": [
                {
                    "who": people[r.author_id],
                    "words": r.texts[h],
                    "late": formats.short_day(r.at) if r.late else "",
                }
                for r in found.revealed
                if r.texts.get(h)
            ],
            "empty": [people[r.author_id] for r in found.revealed if not r.texts.get(h)],
            "empty_names": names.first_names(
                frame, [r.author_id for r in found.revealed if not r.texts.get(h)]
            ),
        }
        for h in HEADINGS
    ]


# -- divergences ----------------------------------------------------------------------------------


def of_divergences(
    frame: Frame,
    mark_form: MarkForm | None = None,
    outcome: tuple[uuid.UUID, OutcomeForm] | None = None,
    theirs: uuid.UUID | None = None,
) -> dict[str, Any]:
    """What ``_divergences.html`` needs. ``outcome``: the form of one as it was typed; ``theirs``: settled meanwhile."""
    actor = access.actor()
    rows = queries.divergences(frame.id)
    form = mark_form or MarkForm(formdata=None)
    form.heading.choices = [SelectChoice(h, HEADING[h]()) for h in HEADINGS]
    if mark_form is None and request.args.get("heading") in HEADINGS:
        form.heading.data = request.args["heading"]
    if form.divergence_id.data is None:
        form.divergence_id.data = uuid.uuid4()
    return {
        "lines": [_divergence(frame, d, outcome, theirs) for d in rows],
        "open_count": sum(d.outcome is None for d in rows),
        "heading": request.args.get("heading") if request.args.get("heading") in HEADINGS else None,
        "may_mark": may(actor, Do.DIVERGENCE_MARK, frame) and not queries.expectations_open(frame),
        "mark_form": form,
    }


def _divergence(
    frame: Frame, d: Divergence, outcome: tuple[uuid.UUID, OutcomeForm] | None, theirs: uuid.UUID | None
) -> dict[str, Any]:
    typed = outcome[1] if outcome is not None and outcome[0] == d.id else None
    form = typed or OutcomeForm(formdata=None)
    form.outcome.choices = [SelectChoice(o, OUTCOME[o]()) for o in OUTCOME]
    if typed is None:
        form.outcome.data, form.answer.data = d.outcome, d.answer
        form.postponed_to.data = formats.typed_day(d.postponed_to)
    form.revision.data = d.revision
    return {
        "id": d.id,
        "heading": HEADING[d.heading](),
        "words": d.words,
        "by": party(frame, d.by_id),
        "when": formats.on_day(d.at),
        "state": _outcome(d),
        "answer": d.answer,
        "settled": _settled(frame, d),
        "can": may(access.actor(), Do.DIVERGENCE_SETTLE, d),
        "form": form,
        "typed": typed is not None,
        "conflict": theirs == d.id,
    }


def _outcome(d: Divergence) -> tuple[str, str]:
    if d.outcome == "agreed":
        return "agreed", _("Convenu")
    if d.outcome == "dismissed":
        return "done", _("Écarté")
    if d.postponed_to is not None:
        return "proposed", _("Reporté au %(day)s", day=formats.short_day(d.postponed_to))
    return "todo", _("À trancher")


def _settled(frame: Frame, d: Divergence) -> str:
    if d.settled_at is None:
        return ""
    who = names.first_name(frame, d.settled_by)
    return _("Suite donnée par %(who)s %(day)s.", who=who, day=formats.on_day(d.settled_at))


def whole(frame: Frame) -> dict[str, Any]:
    """What ``page.html`` needs; nothing of the agreement for whoever does not read it."""
    found = frame_of(frame)
    if not found["reads"]:
        return found
    return found | of_texts(frame) | of_expectations(frame) | of_divergences(frame)
