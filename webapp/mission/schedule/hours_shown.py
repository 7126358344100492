"""The account of hours as pages show it: three figures and their picture, what spent them, every entry."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from tenants.actors import Actor
from tenants.mission.agreement.clauses import clauses_in_force
from tenants.mission.queries import Frame
from tenants.mission.schedule import attending, hours, queries
from tenants.mission.schedule.attending import Held
from tenants.mission.schedule.hours import Account, Line
from tenants.mission.schedule.presence import Standing, counts
from tenants.mission.schedule.types import State
from tenants.policy import Do, may
from webapp import access, formats
from webapp.mission import layout, names
from webapp.mission.readers import staff_view
from webapp.mission.schedule import lines, load, tabs

ROOM = "schedule"
WIDTH = 240  # of the picture, in its own units
KINDS = {
    "session": lambda: _("Séance"),
    "preparation": lambda: _("Préparation"),
    "late": lambda: _("Annulation tardive"),
    "report": lambda: _("Écriture du bilan"),
    "agreement": lambda: _("Accord de cadrage"),
}
ACCOUNTS = {
    hours.AGREED: lambda: _("convenues"),
    hours.PLANNED: lambda: _("planifiées"),
    hours.SPENT: lambda: _("décomptées"),
}


def context(strand: load.Strand, **more: Any) -> dict[str, Any]:
    """What ``hours.html`` and its part need. A bounded number of statements."""
    frame, actor = strand.frame, access.actor()
    staff = not actor.seats_in(frame.id) and bool(actor.firm_roles)
    rows: Sequence[Any] = (
        queries.told_to_staff(frame.id) if staff else queries.of_mission(frame, strand.strand_id)
    )
    held = {} if staff else attending.of_sessions(r.id for r in rows)
    shown = None if staff else strand.strand_id
    found = hours.account(frame, shown, by=actor, sessions=rows, held=held)
    titles = lines.titles(frame, rows)
    return {
        **layout.context(frame, ROOM, strand.strand_id),
        "strand": strand,
        "tabs": tabs.items(frame, strand.strand_id),
        "tab": tabs.url("schedule_hours.index", frame, strand.strand_id),
        "account": figures(frame, found),
        "spent": _spent(frame, found, rows, held, titles),
        "to_confirm": [] if staff else _to_confirm(frame, rows, held, titles, actor),
        "entries": [_entry(frame, x, rows, titles) for x in reversed(found.lines)],
        "clauses": _clauses(frame, strand, actor, staff=staff),
        "audience": staff_view(frame, _firm()) if strand.strand_id is None else lines.dates_view(frame, strand.strand_id),
        "live_url": _live(frame, strand.strand_id),
    } | more  # fmt: skip


def figures(frame: Frame, of: Account) -> dict[str, Any]:
    """The three figures; the picture and what is left only for whoever reads the whole mission's."""
    agreed, planned, spent = of.agreed, of.planned, of.spent
    width = max(agreed, planned + spent, 1)
    scale = [round(WIDTH * n / width) for n in (spent, planned, max(agreed - planned - spent, 0))]
    return {
        "agreed": formats.duration(agreed),
        "planned": formats.duration(planned),
        "spent": formats.duration(spent),
        "whole": of.whole,
        "several": len(frame.strands) > 1,
        "bars": {"spent": scale[0], "planned": scale[1], "free": scale[2]},
        "said": _("%(spent)s décomptées, %(planned)s planifiées, sur %(agreed)s convenues",
                  spent=formats.duration(spent), planned=formats.duration(planned), agreed=formats.duration(agreed)),
        "left": formats.duration(of.free) if of.whole and of.free > 0 else "",
        "over": formats.duration(hours.over(of)) if hours.over(of) else "",
    }  # fmt: skip


def _firm() -> str:
    from flask import g

    return str(g.here.firm)


def _live(frame: Frame, strand_id: uuid.UUID | None) -> str:
    from webapp.mission.schedule.views import live_url

    return live_url(frame, strand_id, "hours")


def _spent(
    frame: Frame, of: Account, rows: Sequence[Any], held: Mapping[uuid.UUID, Held], titles: Mapping[uuid.UUID, str]
) -> list[dict[str, Any]]:  # fmt: skip
    """What spent hours, by date: a session once, with its preparation under it."""
    known = {r.id: r for r in rows}
    found = []
    for subject in hours.subjects(of.lines, hours.SPENT):
        for kind, minutes in of.of(subject).items():
            row = known.get(subject)
            local = row.local_at if row is not None else None
            found.append(
                {
                    "title": _what(kind, titles.get(subject, "")),
                    "day": formats.short_day(local.date()) if local else "",
                    "iso": local.date().isoformat() if local else None,
                    "key": local.isoformat() if local else "9",
                    "why": _why(kind, held.get(subject)),
                    "minutes": formats.duration(minutes),
                    "url": _url(frame, row),
                }
            )
    return sorted(found, key=lambda x: str(x["key"]))


def _what(kind: str, title: str) -> str:
    if kind == "session" or not title:
        return title or KINDS[kind]()
    return _("%(title)s : %(kind)s", title=title, kind=KINDS[kind]().lower())


def _why(kind: str, held: Held | None) -> str:
    if kind == "session":
        if held is not None and held.standing(formats.now()) is Standing.UNCONTESTED:
            return _("constaté par le mentor, non contesté")
        return _("confirmé")
    return _("prévu par l’accord")


def _to_confirm(
    frame: Frame, rows: Sequence[Any], held: Mapping[uuid.UUID, Held], titles: Mapping[uuid.UUID, str], actor: Actor
) -> list[dict[str, Any]]:  # fmt: skip
    """Sessions past and not counted yet: those that await the reader first."""
    found = []
    for row in rows:
        past = row.starts_at is not None and row.starts_at <= formats.now() and row.state != State.CANCELLED
        one = held.get(row.id)
        where = one.standing(formats.now()) if one is not None else None
        if not past or (where is not None and counts(where)) or not _concerns(frame, row, actor):
            continue
        mine = one.of(actor.contact_id) if one is not None else None
        you = (mine is not None and mine.answer is None) or (
            one is None or (where is Standing.CONTESTED and one.row.author_id == actor.contact_id)
        )
        found.append(
            {
                "title": titles[row.id],
                "day": formats.short_day(row.local_at.date()),
                "url": f"{_url(frame, row)}#session-attendance",
                "you": you,
                "words": _("contesté") if where is Standing.CONTESTED else _("à confirmer"),
            }
        )
    return sorted(found, key=lambda x: not x["you"])


def _concerns(frame: Frame, row: Any, actor: Actor) -> bool:
    return attending.proposes(frame, row, actor) is not None or any(
        contact == actor.contact_id for contact, _role, _strand in attending.signatories(frame, row)
    )


def _entry(frame: Frame, x: Line, rows: Sequence[Any], titles: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    sign = "+" if x.minutes > 0 else "\u2212"
    return {
        "when": formats.moment(x.at) if x.at is not None else _("à l’instant"),
        "what": _what(x.kind, titles.get(x.subject_id, "")),
        "account": ACCOUNTS[x.account](),
        "minutes": f"{sign}{formats.NB}{formats.duration(abs(x.minutes))}",
        "who": names.first_name(frame, x.by_id) if x.by_id in frame.members else _("le cabinet"),
    }


def _clauses(frame: Frame, strand: load.Strand, actor: Actor, *, staff: bool) -> dict[str, Any]:
    """How hours are spent besides, in words; and whether the report is written, for the mentor to say."""
    values = clauses_in_force(frame.id)
    told = [_("Une séance confirmée par mentor et mentoré·e compte pour sa durée.")]
    if values.late_hours and hours.signed_at(frame) is not None:
        told.append(
            _(
                "Annulée par l’entreprise moins de %(hours)s heures avant, elle compte aussi ; par le mentor, jamais.",
                hours=values.late_hours,
            )
        )
    if values.preparation_minutes:
        told.append(
            _(
                "La préparation compte %(length)s par séance.",
                length=formats.duration(values.preparation_minutes),
            )
        )
    if values.report_minutes:
        told.append(
            _("L’écriture du bilan compte %(length)s.", length=formats.duration(values.report_minutes))
        )
    if not values.framing_counts:
        told.append(_("Le cadrage tenu avant la signature ne compte pas."))
    says = (
        bool(values.report_minutes) and strand.strand_id is not None and not staff
        and may(actor, Do.HOURS_PIECE, strand)
    )  # fmt: skip
    written = hours.piece(strand.strand_id) is not None if says and strand.strand_id else False
    return {"told": told, "says": says, "written": written}


def _url(frame: Frame, row: Any) -> str | None:
    if row is None or not hasattr(row, "roles"):
        return None
    return url_for("schedule.one", mission_id=frame.id, session_id=row.id)
