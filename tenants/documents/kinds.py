"""What each kind of document has: its roots, the act that writing it is, and what its room does after a fold.

The rooms stand above and are not imported: composition fills ``on_fold`` and ``on_settle``.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from tenants.policy import Do

ROOTS: dict[str, tuple[str, ...]] = {
    "objective": ("wording", "indicator", "notes"),
    "request": ("text",),
    "reformulation": ("text",),
    "sentence": ("text",),
    "expectation": ("hopes", "brings", "success", "fears", "needs"),
    "clause": ("text",),
    "job_sheet": ("tasks", "technical", "results", "sector", "market", "strategic", "commercial"),
    "answer": ("text",),
    "note": ("text",),
    "position": ("text",),
    "axis": ("wording",),
    "strategy": ("wording",),
    "action": ("wording", "notes"),
    "summary": ("text",),
    "review": ("since", "drift", "agreed", "changes"),
    "passage": ("text",),
    "invited_passage": ("text",),
}
WRITES: dict[str, Do] = {
    "objective": Do.OBJECTIVE_WRITE,
    "request": Do.REQUEST_WRITE,
    "reformulation": Do.REFORMULATION_WRITE,
    "sentence": Do.SENTENCE_WRITE,
    "expectation": Do.EXPECTATION_WRITE,
    "clause": Do.TERMS_WRITE,
    "job_sheet": Do.SHEET_WRITE,
    "answer": Do.ANSWER_WRITE,
    "note": Do.NOTE_WRITE,
    "position": Do.POSITION_WRITE,
    "axis": Do.ROADMAP_WRITE,
    "strategy": Do.ROADMAP_WRITE,
    "action": Do.ROADMAP_WRITE,
    "summary": Do.SUMMARY_WRITE,
    "review": Do.REVIEW_WRITE,
    "passage": Do.REPORT_WRITE,
    "invited_passage": Do.REPORT_JOIN,
}


@dataclass(frozen=True)
class Passage:
    """One root that changed: before, after, and the contacts who wrote in it meanwhile."""

    root: str
    before: str
    after: str
    by: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class Folded:
    """What a hook is told: the document, its zone, the thing it belongs to, and the roots that changed."""

    document_id: uuid.UUID
    zone_id: uuid.UUID
    subject_id: uuid.UUID
    passages: tuple[Passage, ...]


Hook = Callable[[Folded], None]

on_fold: dict[str, Hook] = {}
on_settle: dict[str, Hook] = {}
