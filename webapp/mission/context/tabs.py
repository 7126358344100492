"""The two pages of the stage « Contexte et objectifs », as tabs: those that the reader may open."""

import uuid

from flask import url_for
from flask_babel import gettext as _

from tenants.mission.queries import Frame
from tenants.zones import Kind
from webapp import access


def items(frame: Frame, strand_id: uuid.UUID | None) -> list[tuple[str, str]]:
    """Words and address of each."""
    pages = (
        (_("Dossier de contexte"), "context.index", Kind.CONTEXT),
        (_("Objectifs"), "objectives.index", Kind.OBJECTIVES),
    )
    several = len(frame.strands) > 1
    return [
        (words, url_for(endpoint, mission_id=frame.id, strand=strand_id if several else None))
        for words, endpoint, kind in pages
        if _reads(frame, kind)
    ]


def _reads(frame: Frame, kind: Kind) -> bool:
    cell = frame.rules.get(frame.rule_id, {}).get(kind, frozenset())
    return any(s.role in cell for s in access.actor().seats_in(frame.id))
