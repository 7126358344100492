"""The page of a version as values: where it stands, who has signed, who is asked, what may be answered."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from tenants.documents import files
from tenants.mission.agreement import signing, terms, versions
from tenants.mission.agreement.clauses import ClauseValues
from tenants.mission.agreement.versions_models import AgreementAnswer, AgreementVersion
from tenants.mission.queries import Frame
from tenants.policy import Do, Role, may
from webapp import access, formats
from webapp import words as glossary
from webapp.mission import names
from webapp.mission.agreement import amendments_shown, binding_words, proving, shown, version_text
from webapp.mission.agreement.binding_forms import SignForm


def writing(frame: Frame) -> dict[str, Any]:
    """What would be frozen now, what keeps it from being, and against what it differs."""
    row = terms.get(frame.id)
    blockers = versions.blockers(frame, row)
    found: dict[str, Any] = {
        "blockers": [
            (said(), url_for(endpoint, mission_id=frame.id))
            for said, endpoint in (binding_words.BLOCKER[name] for name in blockers)
        ],
        "may_propose": may(access.actor(), Do.VERSION_PROPOSE, frame),
        "preview": None,
        "differs": [],
        "draft_hash": "",
        "may_bring": False,
        "next_number": 1,
        "signers": "",
    }
    if row is None:
        return found
    clauses = terms.clauses(frame.id)
    exact = versions.drafted(frame, row, terms.texts(clauses))
    previous = versions.in_force(frame.id)
    signing_now = [c for c, _held in versions.signatories(frame, row)]
    return found | {
        "preview": version_text.view(frame, exact.content),
        "differs": version_text.changes(frame, versions.content_of(previous), exact.content)
        if previous
        else [],
        "draft_hash": exact.hash,
        "next_number": exact.content["number"],
        "signers": names.first_names(frame, signing_now),
        "amends": previous.number if previous else None,
        "may_bring": previous is None,
    }


def page(frame: Frame) -> dict[str, Any]:
    """The stage's last page: the version that is out, or what is being written, or what is in force; and the others."""
    found = versions.all_of(frame.id)
    row = terms.get(frame.id)
    out = next((v for v in found if v.reopened_at is None and v.in_force_at is None), None)
    force = next((v for v in found if v.in_force_at is not None), None)
    written = out is None and (row is None or row.open)
    return {
        **shown.frame_of(frame),
        "out": None if out is None else one(frame, out),
        "force": one(frame, force) if force is not None and out is None and not written else None,
        "force_line": _force_line(force),
        "written": written,
        **(writing(frame) if written else {}),
        "reopened": _reopened(frame, found) if written else None,
        "may_amend": force is not None and out is None and not written and may(access.actor(), Do.TERMS_WRITE, row or frame),
        "may_date": may(access.actor(), Do.DATES_PROPOSE, frame),
        "others": [_line(frame, v) for v in found if v is not out],
        "dates": amendments_shown.lines(frame),
    }  # fmt: skip


def one(frame: Frame, version: AgreementVersion, form: SignForm | None = None) -> dict[str, Any]:
    """One version with its signatures and, for whoever is asked, the ways to answer."""
    actor, said = access.actor(), versions.content_of(version)
    found = signing.answers([version.id])
    stands, must = signing.signed(version), signing.required(version)
    refused = {a.contact_id: a for a in found if a.kind == "refused" and a.contact_id not in stands}
    asked = signing.asked_now(version, stands, refused)
    me = actor.contact_id
    open_ = version.in_force_at is None and version.reopened_at is None
    previous = _previous(version)
    return {
        "row": version,
        "text": version_text.view(frame, said),
        "sealed": sealed(version),
        "paper": said.get("paper"),
        "title": title(version),
        "state": _state(version, asked, me, open_=open_),
        "proposed": _(
            "Proposée par %(who)s %(moment)s. Le texte ne bouge plus.",
            who=names.first_name(frame, version.proposed_by),
            moment=formats.on_moment(version.proposed_at),
        ),
        "signatures": [
            _signature(frame, version, c, roles, stands.get(c), refused.get(c), asked) for c, roles in must.items()
        ],
        "open": open_,
        "mine": open_ and me in must and me not in stands,
        "signed_by_me": me in stands,
        "asked": me in asked and open_,
        "signatory": me in must,
        "can_talk": open_ and may(actor, Do.VERSION_TALK, version) and me not in stands,
        "mentor": names.first_names(frame, [s.contact_id for s in frame.sitting(None, (Role.MENTOR,))]),
        "talks": _talks(frame, version),
        "differs": version_text.changes(frame, versions.content_of(previous), said) if previous else [],
        "previous": previous,
        "refusals": [_told(frame, a) for a in refused.values()],
        "change": next((_told(frame, a) for a in found if a.kind == "change"), None),
        "waits": _waits(frame, version, asked, me) if open_ else None,
        "first": _first(frame, version, must, stands) if open_ else None,
        "sign": proving.shown(act_of(version), form) if open_ and me in must and me not in stands else None,
        "statement": statement(version),
    }  # fmt: skip


def act_of(version: AgreementVersion) -> str:
    """The act that a proof is for: this person, this version, this very text."""
    return f"sign:{version.id}:{version.hash}:{access.actor().contact_id}"


def statement(version: AgreementVersion) -> str:
    """What is ticked, and kept as evidence."""
    if version.kind == "paper":
        return _(
            "J’ai signé sur papier l’accord joint, et ce qui est écrit ici, tableau compris, en est fidèle."
        )
    return _("J’ai lu la version %(n)d et je l’approuve telle qu’elle est écrite.", n=version.number)


def title(version: AgreementVersion) -> str:
    """« Accord de cadrage, version 3 »."""
    if version.kind == "amendment":
        return _("Avenant à l’accord de cadrage, version %(n)d", n=version.number)
    if version.kind == "paper":
        return _("Accord de cadrage signé sur papier, version %(n)d", n=version.number)
    return _("Accord de cadrage, version %(n)d", n=version.number)


def sealed(version: AgreementVersion) -> dict[str, Any] | None:
    """The PDF of a signed version; without ``file`` while it is being made."""
    if version.in_force_at is None or version.kind == "paper":
        return None
    found = files.sealed(purpose="agreement", subject_id=version.id)
    return {"file": found.file, "number": found.number} if found else {"file": None, "number": ""}


def _previous(version: AgreementVersion) -> AgreementVersion | None:
    """What an amendment changes; of a version proposed again, the one that was reopened before it."""
    older = [v for v in versions.all_of(version.mission_id) if v.number < version.number]
    in_force = next((v for v in older if v.in_force_at is not None), None)
    return in_force or (older[0] if older else None)


def _state(version: AgreementVersion, asked: set[uuid.UUID], me: Any, *, open_: bool) -> tuple[str, str]:
    if version.in_force_at is not None:
        return "signed", _("Signé par tous %(day)s", day=formats.on_day(version.in_force_at))
    if not open_ and version.reopened_at is not None:
        return "draft", _("Rouverte %(day)s", day=formats.on_day(version.reopened_at))
    if me in asked:
        return "awaiting", _("On attend votre signature")
    return "awaiting", _("On attend des signatures")


def _signature(
    frame: Frame,
    version: AgreementVersion,
    contact: uuid.UUID,
    roles: list[str],
    given: AgreementAnswer | None,
    refused: AgreementAnswer | None,
    asked: set[uuid.UUID],
) -> dict[str, Any]:
    member = frame.members.get(contact)
    name = member.name if member else ""
    return {
        "party": glossary.party_of(roles[0]),
        "initials": formats.initials_of(name),
        "name": name,
        "role": glossary.capital(glossary.roles(roles)),
        "you": contact == access.actor().contact_id,
        "signed": given is not None,
        "when": formats.moment(given.at) if given else "",
        "means": binding_words.MEANS[given.means]() if given and given.means else "",
        "awaited": _awaited(version, contact, refused, asked),
    }


def _awaited(
    version: AgreementVersion, contact: uuid.UUID, refused: AgreementAnswer | None, asked: set[uuid.UUID]
) -> str:
    if version.reopened_at is not None:
        return _("Sans effet : la version s’est rouverte")
    if refused is not None:
        return _("Ne signe pas, %(day)s", day=formats.short_day(refused.at))
    return _("Signature attendue") if contact in asked else _("Sera demandée ensuite")


def _waits(frame: Frame, version: AgreementVersion, asked: set[uuid.UUID], me: Any) -> dict[str, Any] | None:
    if not asked:
        return None
    since = formats.since(version.proposed_at)
    if me in asked:
        others = [c for c in asked if c != me]
        rest = _("%(since)s.", since=since)
        if others:
            rest += " " + _("On attend aussi %(names)s.", names=names.first_names(frame, others))
        return {"lead": _("On attend votre signature"), "rest": rest, "you": True}
    return {
        "lead": _("On attend la signature %(of)s", of=formats.of_name(names.first_names(frame, asked))),
        "rest": _("%(since)s.", since=since),
        "you": False,
    }


def _first(
    frame: Frame, version: AgreementVersion, must: dict[uuid.UUID, list[str]], stands: Any
) -> str | None:
    """How the signatures are asked for, said on the page."""
    mentees = [c for c, roles in must.items() if Role.MENTEE in roles and c not in stands]
    if not mentees or version.invited_at is not None:
        return None
    said = _(
        "%(who)s est sollicité·e en premier ; les autres le seront après sa signature, ou le %(day)s. Chacun peut signer sans attendre.",
        who=names.first_names(frame, mentees),
        day=formats.day(_invited(version)),
    )
    return formats.agreed(said, frame.members[mentees[0]].form if len(mentees) == 1 else None)


def _invited(version: AgreementVersion) -> datetime:
    moment: datetime = version.proposed_at + signing.FIRST
    return moment


def _talks(frame: Frame, version: AgreementVersion) -> list[dict[str, Any]]:
    mentor = may(access.actor(), Do.VERSION_HEAR, version)
    return [
        {
            "id": t.id,
            "who": names.first_name(frame, t.author_id),
            "text": t.text,
            "when": formats.on_moment(t.at),
            "heard": t.heard_at,
            "may_hear": mentor and t.heard_at is None,
        }
        for t in signing.talks(version)
    ]


def _told(frame: Frame, a: AgreementAnswer) -> dict[str, Any]:
    return {
        "who": names.first_name(frame, a.contact_id),
        "reason": a.reason,
        "when": formats.on_day(a.at),
        "iso": a.at.isoformat(),
    }


def _reopened(frame: Frame, found: list[AgreementVersion]) -> dict[str, Any] | None:
    """Why the text is open again: the last request for a change, until the next version."""
    last = found[0] if found else None
    if last is None or last.reopened_at is None:
        return None
    asked = next((a for a in signing.answers([last.id]) if a.kind == "change"), None)
    return _told(frame, asked) | {"number": last.number} if asked else None


def _force_line(version: AgreementVersion | None) -> str:
    if version is None or version.in_force_at is None:
        return ""
    day = formats.day(version.in_force_at)
    return _("%(title)s, en vigueur depuis le %(day)s", title=title(version), day=day)


def _line(frame: Frame, version: AgreementVersion) -> dict[str, Any]:
    kind, words = _state(version, set(), None, open_=False)
    return {
        "title": title(version),
        "state": (kind, words),
        "url": url_for("agreement_versions.one", mission_id=frame.id, version_id=version.id),
    }


def own(told: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """A version that one has signed, without its mission: names are those that were signed."""
    people_ = {p["contact"]: p for p in said["people"]}
    return {
        "number": told["number"],
        "hash": told["hash"],
        "said": said,
        "dates": version_text.dates(said),
        "texts": version_text.texts(said),
        "values": version_text.values(ClauseValues.of(said["values"]), said["price"]),
        "signatures": [
            {
                "name": people_.get(a["contact"], {}).get("name", ""),
                "role": glossary.roles(a["roles"]),
                "when": formats.moment(datetime.fromisoformat(a["at"])),
                "means": binding_words.MEANS[a["means"]](),
            }
            for a in told["signatures"] or []
        ],
    }
