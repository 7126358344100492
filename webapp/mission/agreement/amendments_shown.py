"""Amendments of dates and hours as values: before and after, who has signed or accepted, who is awaited."""

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from tenants.mission.agreement import amendments
from tenants.mission.agreement.versions_models import DatesAmendment
from tenants.mission.queries import Frame
from tenants.policy import Do, Role, may
from webapp import access, formats
from webapp import words as glossary
from webapp.mission import names


def lines(frame: Frame) -> list[dict[str, Any]]:
    """Each with where it stands, the last first."""
    return [
        {
            "title": _("Avenant de dates et d’heures n° %(n)d", n=a.number),
            "state": _state(a),
            "url": url_for("agreement_dates.one", mission_id=frame.id, amendment_id=a.id),
        }
        for a in amendments.all_of(frame.id)
    ]


def one(frame: Frame, row: DatesAmendment) -> dict[str, Any]:
    """One of them, whole: it is short."""
    actor = access.actor()
    lacking, firm = amendments.lacking(row), amendments.firm_signed(row)
    given = {a.contact_id: a for a in amendments.answers(row.id)}
    open_ = row.withdrawn_at is None and row.in_force_at is None
    me = actor.contact_id
    staff = may(actor, Do.DATES_SIGN, frame) and not any(
        s.role is Role.SPONSOR for s in actor.seats_in(frame.id)
    )
    return {
        "row": row,
        "title": _("Avenant de dates et d’heures n° %(n)d", n=row.number),
        "state": _state(row),
        "before": _said(date.fromisoformat(row.before["starts_on"]), date.fromisoformat(row.before["ends_on"]), row.before["hours"]),
        "after": _said(row.starts_on, row.ends_on, row.hours),
        "proposed": _(
            "Proposé par %(who)s %(moment)s.",
            who=names.first_name(frame, row.proposed_by) or _("le cabinet"),
            moment=formats.on_moment(row.proposed_at),
        ),
        "answers": _answers(frame, lacking, given, firm=firm),
        "open": open_,
        "accept": open_ and lacking.get(me) == "accept" if me else False,
        "sign": open_ and ((lacking.get(me) == "sign" if me else False) or (staff and not firm)),
        "may_withdraw": open_ and me == row.proposed_by,
    }  # fmt: skip


def statement(row: DatesAmendment) -> str:
    """What is ticked, and kept as evidence."""
    return _(
        "J’ai lu l’avenant de dates et d’heures n° %(n)d et je l’approuve tel qu’il est écrit.", n=row.number
    )


def _said(starts_on: date, ends_on: date, hours: int) -> str:
    return _(
        "%(hours)s, du %(start)s au %(end)s.",
        hours=formats.duration(hours),
        start=formats.day(starts_on),
        end=formats.day(ends_on),
    )


def _state(a: DatesAmendment) -> tuple[str, str]:
    if a.in_force_at is not None:
        return "signed", _("En vigueur depuis %(day)s", day=formats.on_day(a.in_force_at))
    if a.withdrawn_at is not None:
        return "draft", _("Retiré %(day)s", day=formats.on_day(a.withdrawn_at))
    return "awaiting", _("On attend des réponses")


def _answers(frame: Frame, lacking: Any, given: Any, *, firm: bool) -> list[dict[str, Any]]:
    """The direction, the firm, mentees and mentors, each with what they have said or are asked."""
    found = []
    asked = dict.fromkeys(s.contact_id for s in frame.sitting(None, (Role.SPONSOR, Role.MENTEE, Role.MENTOR)))
    for contact in asked:
        member, answer = frame.members[contact], given.get(contact)
        roles = list(dict.fromkeys(s.role for s in frame.sitting() if s.contact_id == contact))
        signs = Role.SPONSOR in roles
        found.append(
            {
                "party": glossary.party_of(roles[0]),
                "initials": member.initials,
                "name": member.name,
                "role": glossary.capital(glossary.roles(roles)),
                "you": contact == access.actor().contact_id,
                "signed": contact not in lacking,
                "when": formats.moment(answer.at) if answer else "",
                "means": (_("signé") if answer.kind == "signed" else _("accepté")) if answer else "",
                "awaited": _("Signature attendue") if signs else _("Accord attendu"),
            }
        )
    by_firm = next((a for a in given.values() if a.party == "firm"), None)
    found.append(
        {
            "party": "firm",
            "initials": "",
            "name": names.first_name(frame, by_firm.contact_id) or _("Le cabinet")
            if by_firm
            else _("Le cabinet"),
            "role": _("Coordination ou gérance"),
            "you": False,
            "signed": firm,
            "when": formats.moment(by_firm.at) if by_firm else "",
            "means": _("signé") if by_firm else "",
            "awaited": _("Signature attendue"),
        }
    )
    return found
