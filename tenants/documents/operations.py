"""Acts on a document: create, append, fold, settle, freeze, reseed, end. Each in the caller's transaction.

Whoever writes or ends a document first takes its row (``_take``), as the live writer does: so the ids of its log grow in
the order of commits, and nothing is appended after the freeze that an act bound itself to.
"""

import uuid
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, func, insert, literal, select, union_all
from sqlalchemy.dialects.postgresql import insert as upsert

from tenants import walls
from tenants.db import db, new_id, now
from tenants.documents import kinds, log, texts
from tenants.documents.kinds import Folded, Passage
from tenants.documents.models import Document, DocumentText, PresenceHidden, Snapshot, Update
from tenants.events import tell
from tenants.refusals import Refused

LINE = 5_000  # bytes of update that still fit a line of the bus, in base64


def create(
    kind: str,
    subject_id: uuid.UUID,
    zone_id: uuid.UUID,
    by: uuid.UUID,
    seed: Mapping[str, str] | None = None,
    document_id: uuid.UUID | None = None,
) -> Document:
    """A new document of that kind, seeded with these texts, once, in the transaction that creates its object.

    ``by`` is the contact who writes the seed. The seed counts as settled: its history is the object's creation.
    """
    document = Document(
        company_id=_company(), id=document_id or new_id(), zone_id=zone_id, kind=kind, subject_id=subject_id
    )
    db.session.add(document)
    db.session.flush()
    given = {root: texts.cleaned((seed or {}).get(root, "")) for root in kinds.ROOTS[kind]}
    key = {"company_id": document.company_id, "document_id": document.id, "zone_id": zone_id}
    db.session.execute(insert(Snapshot).values(**key, data=log.seed(given), head=0))
    db.session.execute(
        insert(DocumentText),
        [
            {**key, "root": r, "text": t, "hash": texts.canonical_hash([t]), "head": 0, "settled_text": t}
            | {"settled_head": 0, "writers": []}
            for r, t in given.items()
        ],
    )
    return document


def get(document_id: uuid.UUID) -> Document | None:
    """The document, if the acting person reads its zone."""
    return db.session.scalar(
        select(Document).where(Document.company_id == _company(), Document.id == document_id)
    )


def append(document_id: uuid.UUID, data: bytes, by: uuid.UUID) -> int:
    """Add one update to the log, tell the pages that have it open; its id. Raises Refused frozen, replaced, withdrawn."""
    document = _writable(document_id)
    row = Update(
        company_id=document.company_id,
        document_id=document.id,
        zone_id=document.zone_id,
        data=data,
        contact_id=by,
    )
    db.session.add(row)
    db.session.flush()
    tell(f"u {document.id} {row.id} {b64encode(data).decode()}" if len(data) <= LINE else f"R {document.id}")
    return row.id


def rewrite(document_id: uuid.UUID, changes: Mapping[str, str], by: uuid.UUID) -> bool:
    """Make some roots read as asked (a restore), as an edit that others see live; then fold. Whether anything changed."""
    _writable(document_id)
    data = log.edit([r.data for r in rows(document_id)], {k: texts.cleaned(v) for k, v in changes.items()})
    if data is None:
        return False
    append(document_id, data, by)
    fold(document_id)
    return True


def current(document_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[str, str]]:
    """The texts of documents as they are now, by root: kept text where it is up to date, folded in memory where not.

    Writes nothing, so a page that only reads may ask. Two queries, one more for the documents that are behind.
    """
    ids = list(document_ids)
    found: dict[uuid.UUID, dict[str, str]] = {}
    heads: dict[uuid.UUID, int] = {}
    kept = select(DocumentText.document_id, DocumentText.root, DocumentText.text, DocumentText.head)
    for i, root, text, head in db.session.execute(kept.where(_of(DocumentText, ids))):
        found.setdefault(i, {})[root] = text
        heads[i] = head
    last = (
        select(Update.document_id, func.max(Update.id)).where(_of(Update, ids)).group_by(Update.document_id)
    )
    behind = [i for i, head in db.session.execute(last) if head > heads.get(i, -1)]
    for i in behind:
        found[i] = _texts(rows(i), tuple(found.get(i, ())))
    return found


def fold(document_id: uuid.UUID) -> dict[str, str]:
    """Bring ``document_text`` up to the log and tell the room what changed. The texts, by root.

    An act that binds to a wording calls this itself, in its transaction, and compares the hash that its form carries.
    Folds of one document wait for each other; those who write it do not wait for them.
    """
    document = get(document_id)
    if document is None or document.ended_why is not None:
        return {}
    kept = {t.root: t for t in db.session.scalars(_kept(document).with_for_update())}
    read = rows(document_id)
    head = max((r.id for r in read), default=0)
    roots = kinds.ROOTS[document.kind]
    folded_to = min((kept[r].head if r in kept else -1 for r in roots), default=-1)
    if head <= folded_to:
        return {root: kept[root].text for root in roots}
    present = _texts(read, roots)
    who = log.writers(read, folded_to, roots)
    passages = []
    for root, text in present.items():
        line = kept.get(root) or _new_text(document, root)
        if text != line.text:
            passages.append(Passage(root, line.text, text, who[root]))
            line.text, line.hash = text, texts.canonical_hash([text])
        line.head = head
        line.writers = list(dict.fromkeys([*line.writers, *who[root]]))
    db.session.flush()
    if passages and document.kind in kinds.on_fold:
        kinds.on_fold[document.kind](_folded(document, passages))
    return present


def hold(document_id: uuid.UUID) -> None:
    """Nobody else writes the document until the end of the transaction: what is read from here on is what stays."""
    _take(document_id)


def settle(document_id: uuid.UUID) -> bool:
    """Fold, then tell the room, for its history, each root that differs from what was last settled. Whether any did."""
    fold(document_id)
    document = get(document_id)
    if document is None:
        return False
    passages = []
    for kept in db.session.scalars(_kept(document)):
        if kept.text != kept.settled_text:
            passages.append(Passage(kept.root, kept.settled_text, kept.text, tuple(kept.writers)))
        if kept.settled_head != kept.head or kept.writers:
            kept.settled_text, kept.settled_head, kept.writers = kept.text, kept.head, []
    db.session.flush()
    if passages and document.kind in kinds.on_settle:
        kinds.on_settle[document.kind](_folded(document, passages))
    return bool(passages)


def freeze(document_id: uuid.UUID) -> dict[str, str]:
    """No more writing: the texts as they then are. Pages that have it open are told."""
    document = _writable(document_id)
    document.frozen_at = now()
    db.session.flush()
    present = fold(document_id)
    tell(f"closed {document.id} frozen")
    return present


def reseed(
    document_id: uuid.UUID,
    by: uuid.UUID,
    *,
    zone_id: uuid.UUID | None = None,
    seed: Mapping[str, str] | None = None,
) -> Document:
    """A new document with the old one's text (or ``seed``), in another zone if asked; the old log is deleted.

    Deleted words stay in a log for ever, so a writer replaced, a draft shared or a passage withdrawn starts a new one.
    """
    old = _take(document_id)
    if old.ended_why is not None:
        raise Refused(old.ended_why, document_id=document_id)
    present = dict(seed) if seed is not None else _texts(rows(document_id), kinds.ROOTS[old.kind])
    new = create(old.kind, old.subject_id, zone_id or old.zone_id, by, present)
    _forget(old)
    old.frozen_at, old.ended_why, old.next_id = old.frozen_at or now(), "replaced", new.id
    db.session.flush()
    tell(f"closed {old.id} replaced {new.id}")
    return new


def discard(document_id: uuid.UUID) -> None:
    """Nothing is left of the document: a draft thrown away."""
    document = _take(document_id)
    _forget(document)
    db.session.delete(document)
    db.session.flush()
    tell(f"closed {document_id} withdrawn")


def hide(from_contact: uuid.UUID) -> None:
    """The acting contact no longer shows that contact where they are."""
    acting = walls.acting(db.session)
    row = {
        "company_id": acting.company,
        "contact_id": acting.contact,
        "hidden_from_id": from_contact,
        "at": now(),
    }
    db.session.execute(upsert(PresenceHidden).values(row).on_conflict_do_nothing())
    tell(f"revoked person {acting.person}")


def show(to_contact: uuid.UUID) -> None:
    """The contrary of ``hide``."""
    acting = walls.acting(db.session)
    mine = (PresenceHidden.company_id == acting.company, PresenceHidden.contact_id == acting.contact)
    db.session.execute(delete(PresenceHidden).where(*mine, PresenceHidden.hidden_from_id == to_contact))
    tell(f"revoked person {acting.person}")


def hidden_from() -> frozenset[uuid.UUID]:
    """The contacts from whom the acting contact hides."""
    acting = walls.acting(db.session)
    mine = (PresenceHidden.company_id == acting.company, PresenceHidden.contact_id == acting.contact)
    return frozenset(db.session.scalars(select(PresenceHidden.hidden_from_id).where(*mine)))


def rows(document_id: uuid.UUID) -> list[log.Row]:
    """Snapshot and updates, in one statement: a compaction in between cannot hide rows."""
    by = literal(None, Update.contact_id.type).label("by")
    first = select(literal(0).label("n"), Snapshot.head.label("id"), Snapshot.data, by)
    rest = select(literal(1), Update.id, Update.data, Update.contact_id)
    both = union_all(first.where(_of(Snapshot, [document_id])), rest.where(_of(Update, [document_id])))
    return [log.Row(r.id, r.data, r.by) for r in db.session.execute(both.order_by("n", "id"))]


def _company() -> uuid.UUID:
    company = walls.acting(db.session).company
    assert company is not None  # noqa: S101 - documents are a company's
    return company


def _of(model: Any, ids: list[uuid.UUID]) -> Any:
    return (model.company_id == _company()) & model.document_id.in_(ids)


def _kept(document: Document) -> Any:
    asked = select(DocumentText).where(_of(DocumentText, [document.id])).order_by(DocumentText.root)
    return asked.execution_options(populate_existing=True)


def _taken(document_id: uuid.UUID) -> Document | None:
    """The document's row, kept from other writers until the end of the transaction."""
    mine = (Document.company_id == _company(), Document.id == document_id)
    asked = select(Document).where(*mine).with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(asked)


def _take(document_id: uuid.UUID) -> Document:
    document = _taken(document_id)
    if document is None:
        raise Refused("withdrawn", document_id=document_id)
    return document


def _writable(document_id: uuid.UUID) -> Document:
    document = _take(document_id)
    if not document.open:
        raise Refused(document.ended_why or "frozen", document_id=document_id, next_id=document.next_id)
    return document


def _texts(read: list[log.Row], roots: Iterable[str]) -> dict[str, str]:
    return {k: texts.cleaned(v) for k, v in log.texts(log.load(r.data for r in read), roots).items()}


def _new_text(document: Document, root: str) -> DocumentText:
    """A root that its kind has had only since the document was made."""
    key = {"company_id": document.company_id, "document_id": document.id, "zone_id": document.zone_id}
    made = DocumentText(
        **key,
        root=root,
        text="",
        hash=texts.canonical_hash([""]),
        head=-1,
        settled_text="",
        settled_head=-1,
        writers=[],
    )
    db.session.add(made)
    return made


def _forget(document: Document) -> None:
    """Log, snapshot and text go; the row that says what replaced it may stay."""
    for model in (Update, Snapshot, DocumentText):
        db.session.execute(delete(model).where(_of(model, [document.id])))


def _folded(document: Document, passages: list[Passage]) -> Folded:
    return Folded(document.id, document.zone_id, document.subject_id, tuple(passages))
