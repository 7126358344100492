"""Acts on the request, its reformulation and the agreed sentence. Each takes the text's row first.

The request and the reformulation are dated when whoever wrote them keeps them (« retenir »). The sentence belongs to all:
it is written until a version is proposed, and what tells its age is when it last moved.
"""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import select

from tenants import awaited as waits
from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.documents import operations as documents
from tenants.documents.kinds import Folded
from tenants.documents.texts import canonical
from tenants.events import record, stale, tell
from tenants.mission.agreement.headings import CONFIRM, LIMITS, REFORMULATION, REQUEST, SENTENCE
from tenants.mission.agreement.models import AgreementChange, AgreementText
from tenants.mission.agreement.parties import askers, everyone, holds, me, mission_key, texts_key
from tenants.mission.models import ZoneRow
from tenants.mission.queries import Frame
from tenants.once import add_once
from tenants.policy import Role
from tenants.refusals import Incorrect, Refused
from tenants.zones import Audience, Kind


def begin_request(
    frame: Frame, *, by: Actor, for_id: uuid.UUID | None = None, heard_on: date | None = None
) -> uuid.UUID:
    """The request, by whoever asks; or by the mentor for that person, after a talk. Begun twice, it is one.

    Raises Refused ``agreement.not_asker`` for anybody else; Incorrect ``for`` or ``heard_on`` (the future).
    """
    mine = me(by) in askers(frame)
    if for_id is not None or not mine:
        if not holds(frame, me(by), Role.MENTOR):
            raise Refused("agreement.not_asker")
        if for_id not in askers(frame) or for_id == me(by):
            raise Incorrect("agreement.for", field="for_id")
        if heard_on is None or heard_on > now().date():
            raise Incorrect("agreement.heard_on", field="heard_on")
    # its own zone says whose it is: live writing asks who its author is
    zone_id = _own_zone(frame, by=by)
    values = {"for_id": for_id, "heard_on": heard_on if for_id else None}
    return _begin(frame, REQUEST, zone_id, "", by=by, **values)


def begin(frame: Frame, what: str, *, by: Actor) -> uuid.UUID:
    """The reformulation, empty; or the sentence, from the words of the reformulation if there are any."""
    seed = ""
    if what == SENTENCE and (source := of_mission(frame.id, REFORMULATION)) is not None:
        seed = documents.current([source.document_id]).get(source.document_id, {}).get("text", "")
    return _begin(frame, what, everyone(frame, by=by), seed, by=by)


def keep(text: AgreementText, frame: Frame, *, by: Actor) -> None:
    """« Retenir »: dated, and written no more. Written for somebody, it is theirs to confirm from then on.

    Raises Refused ``agreement.empty``, ``agreement.long``.
    """
    row = _take(text)
    if row.kept_at is not None:
        return
    documents.hold(row.document_id)
    words = documents.fold(row.document_id).get("text", "")
    if not canonical(words):
        raise Refused("agreement.empty")
    if len(canonical(words)) > LIMITS[row.what]:
        raise Refused("agreement.long", length=len(canonical(words)), limit=LIMITS[row.what])
    documents.settle(row.document_id)
    documents.freeze(row.document_id)
    row.kept_at, row.kept_by = now(), me(by)
    db.session.flush()
    if row.for_id is not None:
        waits.expect(**_wait(row), contacts=confirmers(row, frame))
    _tell(row, "agreement.kept", by, "kept", after=words)


def reopen(text: AgreementText, *, by: Actor) -> None:
    """Written again by whoever keeps it: no longer dated, nor confirmed."""
    row = _take(text)
    if row.kept_at is None:
        return
    row.document_id = documents.reseed(row.document_id, me(by)).id
    row.kept_at = row.kept_by = row.confirmed_at = None
    db.session.flush()
    waits.expect(**_wait(row), contacts=set())
    _tell(row, "agreement.reopened", by, "reopened")


def confirm(text: AgreementText, frame: Frame, *, by: Actor) -> None:
    """« C’est bien ma demande »: from then on it counts. Raises Refused ``agreement.not_yours``, ``agreement.moved``."""
    row = _take(text)
    if me(by) not in confirmers(row, frame):
        raise Refused("agreement.not_yours")
    if row.kept_at is None:
        raise Refused("agreement.moved")
    if row.confirmed_at is not None:
        return
    row.confirmed_at = now()
    db.session.flush()
    waits.expect(**_wait(row), contacts=set())
    _tell(row, "agreement.confirmed", by, "confirmed")


def take_over(text: AgreementText, frame: Frame, *, by: Actor) -> None:
    """Whoever it was written for, or takes over from one who left, goes on with it in their own name.

    Raises Refused ``agreement.not_yours``.
    """
    row = _take(text)
    if me(by) not in heirs(row, frame):
        raise Refused("agreement.not_yours")
    waits.expect(**_wait(row), contacts=set())
    row.zone_id = _own_zone(frame, by=by)
    row.document_id = documents.reseed(row.document_id, me(by), zone_id=row.zone_id).id
    row.author_id, row.for_id, row.heard_on = me(by), None, None
    row.kept_at = row.kept_by = row.confirmed_at = None
    db.session.flush()
    _tell(row, "agreement.taken_over", by, "taken_over")


def lock_sentence(frame: Frame, *, by: Actor) -> str | None:
    """A version is proposed: the sentence stays as it is. Its words, None when there is none yet."""
    row = of_mission(frame.id, SENTENCE)
    if row is None:
        return None
    row = _take(row)
    words = documents.fold(row.document_id).get("text", "")
    if row.locked_at is None:
        documents.settle(row.document_id)
        documents.freeze(row.document_id)
        row.locked_at = now()
        db.session.flush()
        stale(row.zone_id, texts_key(row.mission_id))
    return words


def unlock_sentence(frame: Frame, *, by: Actor) -> None:
    """The draft is open again: the sentence is written as before."""
    row = of_mission(frame.id, SENTENCE)
    if row is None or row.locked_at is None:
        return
    row = _take(row)
    row.document_id = documents.reseed(row.document_id, me(by)).id
    row.locked_at = None
    db.session.flush()
    stale(row.zone_id, texts_key(row.mission_id))


def folded(told: Folded) -> None:
    """After live text was folded: since when it has not moved, by whom; the page reads it again."""
    row = _by_document(told)
    if row is None:
        return
    row.moved_at = now()
    row.moved_by = next((p.by[-1] for p in told.passages if p.by), row.author_id)
    db.session.flush()
    stale(row.zone_id, texts_key(row.mission_id))


def settled(told: Folded) -> None:
    """One line of history for each passage that came to rest."""
    row = _by_document(told)
    if row is None:
        return
    for passage in told.passages:
        by_id, *also = reversed(passage.by or (row.author_id,))
        _change(row, by_id, "written", passage.before, passage.after, also)
    db.session.flush()
    by_id = next((p.by[-1] for p in told.passages if p.by), row.author_id)
    record(
        "agreement.written",
        zone_id=row.zone_id,
        subject_id=row.id,
        by=by_id,
        touches=(texts_key(row.mission_id),),
    )


def confirmers(row: AgreementText, frame: Frame) -> set[uuid.UUID]:
    """Whose word a request written for somebody waits for: theirs, or, once they have left, that of whoever asks now."""
    if row.for_id is None:
        return set()
    asking = set(askers(frame))
    return {row.for_id} if row.for_id in asking else asking


def heirs(row: AgreementText, frame: Frame) -> set[uuid.UUID]:
    """Who may go on with a request in their own name: who confirms it; whoever asks now, once its writer has left it open."""
    left = row.author_id not in {s.contact_id for s in frame.sitting()}
    return confirmers(row, frame) | (set(askers(frame)) if left and row.kept_at is None else set())


def of_mission(mission_id: uuid.UUID, what: str) -> AgreementText | None:
    """That text of the mission, if the acting person reads it."""
    company = db.session.info["acting"].company
    asked = select(AgreementText).where(
        AgreementText.company_id == company,
        AgreementText.mission_id == mission_id,
        AgreementText.what == what,
    )
    return db.session.scalar(asked)


# -- what the acts above share ------------------------------------------------------------------


def _begin(frame: Frame, what: str, zone_id: uuid.UUID, seed: str, *, by: Actor, **more: Any) -> uuid.UUID:
    made, document_id = new_id(), new_id()
    values = {
        "company_id": frame.company_id, "id": made, "zone_id": zone_id, "mission_id": frame.id, "what": what,
        "document_id": document_id, "author_id": me(by), "begun_at": now(), **more,
    }  # fmt: skip
    if not add_once(AgreementText, **values):
        found = of_mission(frame.id, what)
        return found.id if found is not None else made
    documents.create(what, made, zone_id, me(by), {"text": seed}, document_id)
    row = of_mission(frame.id, what)
    assert row is not None  # noqa: S101 - it was added just now
    _tell(row, "agreement.begun", by, "begun")
    return made


def _own_zone(frame: Frame, *, by: Actor) -> uuid.UUID:
    """A zone that all read and whose author is the actor."""
    for zone in frame.zones.values():
        same = (zone.kind, zone.audience, zone.strand_id, zone.rule_id, zone.author_id)
        if same == (Kind.AGREEMENT, Audience.EVERYONE, None, frame.rule_id, me(by)):
            return zone.id
    made = ZoneRow(
        company_id=frame.company_id, id=new_id(), mission_id=frame.id, strand_id=None, kind=Kind.AGREEMENT,
        audience=Audience.EVERYONE, author_id=me(by), rule_id=frame.rule_id,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    tell(f"revoked mission {frame.id}")  # open pages are judged again, and hear the new zone
    return made.id


def _take(text: AgreementText) -> AgreementText:
    """The row, kept from other writers until the end of the transaction, as it is now; its key stays free."""
    asked = select(AgreementText).where(
        AgreementText.company_id == text.company_id, AgreementText.id == text.id
    )
    found = db.session.scalar(asked.with_for_update(key_share=True).execution_options(populate_existing=True))
    if found is None:
        raise Refused("agreement.moved")
    taken: AgreementText = found
    return taken


def _by_document(told: Folded) -> AgreementText | None:
    row = db.session.get(AgreementText, (db.session.info["acting"].company, told.subject_id))
    return row if row is not None and row.document_id == told.document_id else None


def _wait(row: AgreementText) -> dict[str, Any]:
    return {
        "zone_id": row.zone_id, "mission_id": row.mission_id, "strand_id": None, "kind": CONFIRM,
        "subject_id": row.id,
    }  # fmt: skip


def _tell(row: AgreementText, name: str, by: Actor, act: str, *, after: str | None = None) -> None:
    _change(row, me(by), act, None, after)
    db.session.flush()
    touches = (texts_key(row.mission_id), mission_key(row.mission_id))
    record(name, zone_id=row.zone_id, subject_id=row.id, by=me(by), touches=touches)


def _change(
    row: AgreementText, by_id: uuid.UUID, act: str, before: str | None, after: str | None, also: Any = ()
) -> None:
    db.session.add(
        AgreementChange(
            company_id=row.company_id, zone_id=row.zone_id, text_id=row.id, by_id=by_id, act=act, before=before,
            after=after, also_ids=list(also),
        )
    )  # fmt: skip
