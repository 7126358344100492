"""The firm's board: its companies, and of their missions the stage, who is awaited, dates and hours. No content."""

from flask import Response

from tenants.firm import queries
from tenants.firm.models import Firm
from tenants.mission import across
from tenants.policy import FIRM_ROLES, Do, Role, may
from webapp import formats, words
from webapp.access import actor, allows
from webapp.firm import board, load
from webapp.firm.room import room
from webapp.mission.names import Hat
from webapp.pages import show


@room.get("")
@allows(Do.FIRM_SEE, load.firm)
def page(firm: Firm) -> Response:
    """Every company with its missions."""
    companies = queries.companies(firm.id)
    return show(
        "firm/page.html",
        firm=firm,
        companies=[(c, board.lines(c)) for c in companies],
        running=sum(len(c.missions) for c in companies),
        waiting=len(across.waits()) + len(across.invitations()),
        owner=may(actor(), Do.FIRM_STAFF, firm),
        hat=hat(firm),
    )


def hat(firm: Firm) -> Hat | None:
    """« gérance du cabinet »: in what capacity one is here."""
    held = {role for firm_id, role in actor().firms if firm_id == firm.id}
    roles: list[Role] = [r for r in reversed(FIRM_ROLES) if r in held]
    return Hat("firm", words.roles(roles, formats.form_of_reader())) if roles else None
