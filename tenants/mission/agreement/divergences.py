"""Acts on divergences: marked on a heading once the expectations are revealed, each given an outcome."""

import uuid
from datetime import date

from sqlalchemy import select

from tenants.actors import Actor
from tenants.db import db, now
from tenants.events import record
from tenants.mission.agreement.headings import HEADINGS
from tenants.mission.agreement.models import Divergence, Reveal
from tenants.mission.agreement.parties import divergences_key, everyone, me, mission_key
from tenants.mission.queries import Frame
from tenants.once import add_once
from tenants.refusals import Incorrect, Refused, Stale

AGREED, DISMISSED, POSTPONED = OUTCOMES = ("agreed", "dismissed", "postponed")
LONGEST = 300  # characters of a divergence
ANSWER = 600  # characters of what was made of it


def mark(frame: Frame, divergence_id: uuid.UUID, heading: str, words: str, *, by: Actor) -> None:
    """« Écart », in a sentence. The id is made with the form: sent twice, kept once.

    Raises Refused ``agreement.not_revealed``: what nobody has read cannot diverge.
    """
    if heading not in HEADINGS:
        raise Incorrect("agreement.heading", field="heading")
    revealed = select(Reveal.revealed_at).where(
        Reveal.company_id == frame.company_id, Reveal.mission_id == frame.id
    )
    if db.session.scalar(revealed) is None:
        raise Refused("agreement.not_revealed")
    zone_id = everyone(frame, by=by)
    values = {
        "company_id": frame.company_id, "id": divergence_id, "zone_id": zone_id, "mission_id": frame.id,
        "heading": heading, "words": words, "by_id": me(by), "at": now(), "answer": "", "revision": 1,
    }  # fmt: skip
    if add_once(Divergence, **values):
        _tell(frame.id, zone_id, divergence_id, "agreement.diverged", by)


def settle(
    divergence: Divergence, revision: int, outcome: str, answer: str, postponed_to: date | None, *, by: Actor
) -> None:
    """Convenu (what), écarté (why), reporté (to a day): by any party, and again as long as it is talked about.

    Raises Incorrect ``outcome``, ``answer``, ``postponed_to``; Stale ``agreement.settled`` (theirs) when somebody was first.
    """
    row = _take(divergence)
    if outcome not in OUTCOMES:
        raise Incorrect("agreement.outcome", field="outcome")
    if outcome == POSTPONED and (postponed_to is None or postponed_to < now().date()):
        raise Incorrect("agreement.postponed_to", field="postponed_to")
    if outcome != POSTPONED and not answer:
        raise Incorrect("agreement.answer", field="answer")
    day = postponed_to if outcome == POSTPONED else None
    if (row.outcome, row.answer, row.postponed_to) == (outcome, answer, day):
        return
    if row.revision != revision:
        raise Stale("agreement.settled", theirs=row, revision=row.revision, by_id=row.settled_by)
    row.outcome, row.answer, row.postponed_to = outcome, answer, day
    row.settled_by, row.settled_at, row.revision = me(by), now(), row.revision + 1
    db.session.flush()
    _tell(row.mission_id, row.zone_id, row.id, "agreement.settled", by)


def _take(divergence: Divergence) -> Divergence:
    asked = select(Divergence).where(
        Divergence.company_id == divergence.company_id, Divergence.id == divergence.id
    )
    found = db.session.scalar(asked.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise Refused("agreement.moved")
    taken: Divergence = found
    return taken


def _tell(mission_id: uuid.UUID, zone_id: uuid.UUID, subject_id: uuid.UUID, name: str, by: Actor) -> None:
    touches = (divergences_key(mission_id), mission_key(mission_id))
    record(name, zone_id=zone_id, subject_id=subject_id, by=me(by), touches=touches)
