"""What the agreement's page shows, and what the other rooms ask of it. All through the walls of whoever acts."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from tenants.db import db
from tenants.documents import operations as documents
from tenants.documents.models import DocumentText
from tenants.mission.agreement import stage
from tenants.mission.agreement.headings import HEADINGS, SENTENCE, TEXTS
from tenants.mission.agreement.models import (
    AgreementChange,
    AgreementText,
    Divergence,
    Expectation,
    Readiness,
    Reveal,
)
from tenants.mission.agreement.parties import parties
from tenants.mission.agreement.versions_models import AgreementVersion
from tenants.mission.queries import Frame


@dataclass(frozen=True)
class Text:
    """One of the three texts. ``counts``: it stands, as whoever asks may be quoted."""

    row: AgreementText
    words: str

    @property
    def counts(self) -> bool:
        """Written for somebody, it counts once they have confirmed it."""
        return self.row.for_id is None or self.row.confirmed_at is not None


@dataclass(frozen=True)
class Revealed:
    """What one person expects, as it was revealed. ``late``: joined after the others'."""

    author_id: uuid.UUID
    texts: Mapping[str, str]
    at: datetime
    late: bool


@dataclass(frozen=True)
class Expectations:
    """Where the expectations stand. ``mine``: the acting person's own, in whatever state."""

    parties: tuple[uuid.UUID, ...]
    ready: Mapping[uuid.UUID, datetime]
    due_on: date | None
    told_at: datetime | None
    revealed_at: datetime | None
    revealed: tuple[Revealed, ...]
    mine: Expectation | None
    reveal: Reveal | None

    @property
    def waiting(self) -> tuple[uuid.UUID, ...]:
        """Who has not said « prêt », in the usual order."""
        return tuple(c for c in self.parties if c not in self.ready)


@dataclass(frozen=True)
class Content:
    """All that the agreement holds, for the text of a version."""

    texts: Mapping[str, Text]
    expectations: tuple[Revealed, ...]
    divergences: tuple[Divergence, ...]


def texts(mission_id: uuid.UUID) -> dict[str, Text]:
    """The texts that are begun, by what they are."""
    rows = list(
        db.session.scalars(
            select(AgreementText).where(
                AgreementText.company_id == _company(), AgreementText.mission_id == mission_id
            )
        )
    )
    words = documents.current([r.document_id for r in rows]) if rows else {}
    found = {r.what: Text(r, words.get(r.document_id, {}).get("text", "")) for r in rows}
    return {what: found[what] for what in TEXTS if what in found}


def sentence(mission_id: uuid.UUID) -> str | None:
    """The agreed sentence: as last signed, else as it stands; None when there is none, or the actor does not read it."""
    signed = cast(func.convert_from(AgreementVersion.canonical, "UTF8"), JSONB)["texts", SENTENCE, "words"]
    in_force = (
        select(signed.astext)
        .where(
            AgreementVersion.company_id == _company(),
            AgreementVersion.mission_id == mission_id,
            AgreementVersion.in_force_at.is_not(None),
        )
        .order_by(AgreementVersion.number.desc())
        .limit(1)
    )
    written = (
        select(DocumentText.text)
        .join(AgreementText, AgreementText.document_id == DocumentText.document_id)
        .where(
            AgreementText.company_id == _company(),
            DocumentText.company_id == AgreementText.company_id,
            AgreementText.mission_id == mission_id,
            AgreementText.what == SENTENCE,
        )
    )
    return (
        db.session.scalar(select(func.coalesce(in_force.scalar_subquery(), written.scalar_subquery())))
        or None
    )


def history(text_id: uuid.UUID) -> list[AgreementChange]:
    """What happened to a text, the latest first."""
    asked = select(AgreementChange).where(
        AgreementChange.company_id == _company(), AgreementChange.text_id == text_id
    )
    return list(db.session.scalars(asked.order_by(AgreementChange.at.desc(), AgreementChange.id)))


def expectations(frame: Frame, me: uuid.UUID | None) -> Expectations:
    """Who is ready, what is revealed, and the acting person's own text."""
    here = (frame.company_id, frame.id)
    rows = list(
        db.session.scalars(
            select(Expectation).where(Expectation.company_id == here[0], Expectation.mission_id == here[1])
        )
    )
    said = db.session.execute(
        select(Readiness.contact_id, Readiness.at).where(
            Readiness.company_id == here[0], Readiness.mission_id == here[1]
        )
    )
    reveal = db.session.scalar(
        select(Reveal).where(Reveal.company_id == here[0], Reveal.mission_id == here[1])
    )
    at = reveal.revealed_at if reveal is not None else None
    order = parties(frame)
    revealed = sorted(
        (r for r in rows if r.revealed_at is not None),
        key=lambda r: (order.index(r.author_id) if r.author_id in order else len(order), str(r.author_id)),
    )
    return Expectations(
        parties=tuple(order),
        ready={row.contact_id: row.at for row in said},
        due_on=reveal.due_on if reveal is not None else None,
        told_at=reveal.told_at if reveal is not None else None,
        revealed_at=at,
        revealed=tuple(
            Revealed(r.author_id, r.texts, r.revealed_at, at is not None and r.revealed_at > at)
            for r in revealed
            if r.revealed_at is not None
        ),
        mine=next((r for r in rows if r.author_id == me), None),
        reveal=reveal,
    )


def expectations_open(frame: Frame) -> bool:
    """Whether the expectations are still to be revealed."""
    at = select(Reveal.revealed_at).where(
        Reveal.company_id == frame.company_id, Reveal.mission_id == frame.id
    )
    return db.session.scalar(at) is None


def divergences(mission_id: uuid.UUID) -> list[Divergence]:
    """All of them, by heading, in the order in which they were marked: the first meeting's agenda."""
    asked = select(Divergence).where(Divergence.company_id == _company(), Divergence.mission_id == mission_id)
    rows = db.session.scalars(asked.order_by(Divergence.at, Divergence.id))
    return sorted(rows, key=lambda d: HEADINGS.index(d.heading))


def divergence(divergence_id: uuid.UUID) -> Divergence | None:
    """The row, if the acting person reads its zone."""
    return db.session.get(Divergence, (_company(), divergence_id))


def open_divergences(mission_id: uuid.UUID) -> list[Divergence]:
    """Those without an outcome: no version is proposed while there is one."""
    return [d for d in divergences(mission_id) if d.outcome is None]


def content(frame: Frame) -> Content:
    """The request, the sentence, what each expects once it is revealed, and what was made of the divergences."""
    found = expectations(frame, None)
    return Content(texts(frame.id), found.revealed, tuple(divergences(frame.id)))


def _company() -> uuid.UUID:
    company: uuid.UUID = db.session.info["acting"].company
    return company


__all__ = ["stage"]
