"""Mission, Strand, Participation, Invitation, the matrix (Rule, MatrixCell, ReportedCell) and ZoneRow.

These rows carry no zone: they are seen by the mission's own people and by the firm's staff (``mission_wall``).
"""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, false
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, TenantRow, now, within


class Mission(TenantRow, Model):
    """A mentoring mission. ``hours`` is the agreed budget in minutes; ``rule_id`` the matrix in force."""

    title: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    hours: Mapped[int]
    rule_id: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[uuid.UUID]
    revision: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="dates"),
        CheckConstraint("hours >= 0", name="hours"),
        within("contact", "created_by"),
    )

    @property
    def mission_id(self) -> uuid.UUID:
        """A mission is its own subject."""
        return self.id


class Strand(TenantRow, Model):
    """One mentee's part of a mission. ``team_zone_id`` and ``state_zone_id`` are its topics for people and waits."""

    mission_id: Mapped[uuid.UUID]
    position: Mapped[int]
    state_zone_id: Mapped[uuid.UUID]
    __table_args__ = (within("mission", "mission_id"), Index(None, "company_id", "mission_id"))

    @property
    def strand_id(self) -> uuid.UUID:
        """A strand is its own subject."""
        return self.id


class Participation(TenantRow, Model):
    """A person, a role, a strand (None: all), from when to when. ``reads_from`` None: does not read yet.

    ``first_team``: set with the mission; whoever comes later is announced first (``announced_at``), and a later mentor
    is accepted by the mentee. ``opened_ids``: the strands that whoever comes later to all of them reads (None: all, as
    for the first team). A mentor's are opened each by its own mentee's word, another's by a mentee who was told of
    them; whatever began once they were there is open to both.
    """

    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID | None]
    contact_id: Mapped[uuid.UUID]
    role: Mapped[str]
    first_team: Mapped[bool]
    announced_at: Mapped[datetime] = mapped_column(default=now)
    accepted_at: Mapped[datetime | None]
    reads_from: Mapped[datetime | None]
    until_at: Mapped[datetime | None]
    opened_ids: Mapped[list[uuid.UUID] | None] = mapped_column(ARRAY(UUID(as_uuid=True)))
    __table_args__ = (
        CheckConstraint(
            "first_team or strand_id is not null or reads_from is null or opened_ids is not null",
            name="opened",
        ),
        CheckConstraint("role in ('mentor', 'mentee', 'manager', 'sponsor', 'hr')", name="role"),
        CheckConstraint("role <> 'mentee' or strand_id is not null", name="strand"),
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("contact", "contact_id"),
        Index(None, "company_id", "contact_id"),
        Index(None, "company_id", "mission_id"),
    )


class AnnouncementSeen(TenantRow, Model):
    """That a mentee or a mentor has seen the announcement of a later reader. ``declined``: a mentee's no to a mentor."""

    mission_id: Mapped[uuid.UUID]
    participation_id: Mapped[uuid.UUID]
    contact_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    declined: Mapped[bool] = mapped_column(default=False, server_default=false())
    __table_args__ = (
        within("participation", "participation_id", ondelete="CASCADE"),
        within("contact", "contact_id"),
        Index(None, "company_id", "participation_id", "contact_id", unique=True),
    )


class Invitation(TenantRow, Model):
    """To one contact, into one mission, for all their seats there. The worker writes the token's hash when it sends."""

    mission_id: Mapped[uuid.UUID]
    contact_id: Mapped[uuid.UUID]
    invited_by: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(default=now)
    token_hash: Mapped[bytes | None]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        within("mission", "mission_id"),
        within("contact", "contact_id"),
        Index(None, "company_id", "contact_id"),
        Index("uq_invitation_token", "token_hash", unique=True),
    )


class Rule(TenantRow, Model):
    """A matrix of one mission. ``version`` None: the firm's default, before an agreement is signed."""

    mission_id: Mapped[uuid.UUID]
    version: Mapped[int | None]
    made_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "company_id", "mission_id"),)


class MatrixCell(Model):
    """A row means: this role reads this kind under this rule. Nothing else is stored, so nothing can be misread."""

    company_id: Mapped[uuid.UUID]
    rule_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    role: Mapped[str]
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "rule_id", "kind", "role"),
        within("rule", "rule_id"),
    )


class ReportedCell(Model):
    """« Au bilan »: gives no reading of the source; kept apart so that no query can take it for one."""

    company_id: Mapped[uuid.UUID]
    rule_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    role: Mapped[str]
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "rule_id", "kind", "role"),
        within("rule", "rule_id"),
    )


class ZoneRow(TenantRow, Model):
    """A zone as kept: made by its author, never changed. See ``tenants.zones`` for the rule."""

    __tablename__ = "zone"
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID | None]
    kind: Mapped[str]
    audience: Mapped[str]
    author_id: Mapped[uuid.UUID]
    rule_id: Mapped[uuid.UUID]
    __table_args__ = (
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("contact", "author_id"),
        within("rule", "rule_id"),
        Index(None, "company_id", "mission_id"),
        Index("ix_zone_author", "company_id", "author_id", postgresql_where="audience = 'author'"),
    )


for _table in ("strand", "rule", "matrix_cell", "reported_cell"):
    walls.declare(_table, walls.ROWS, walls.MISSION)
# Who reads, and from when, is settled by definer functions alone (0011): accept, see, end.
_SYSTEM = walls.Policy("system_rows", "true", (walls.SYSTEM,))
for _table in ("announcement_seen", "invitation"):
    walls.declare(_table, walls.ROWS, walls.MISSION, _SYSTEM)
# The first team is set with the mission: whoever comes later is announced first.
_JUST_OPENED = """not first_team or exists (select from mission m
  where (m.company_id, m.id) = (participation.company_id, participation.mission_id)
    and m.created_at > now() - interval '10 minutes')"""
walls.declare(
    "participation",
    walls.ROWS,
    walls.MISSION,
    walls.Policy("first_team", _JUST_OPENED, (walls.APP,), command="INSERT", restrictive=True),
    _SYSTEM,
)
# A mission is made before anybody sits in it: the wall on reading is the same, the one on writing is the staff's.
_OPENING = "(SELECT is_staff_here())"
walls.declare(
    "mission",
    walls.ROWS,
    walls.Policy(
        "mission_wall", f"id = ANY ({walls.MISSIONS})", (walls.APP,), command="SELECT", restrictive=True
    ),
    walls.Policy("mission_write", _OPENING, (walls.APP,), command="INSERT", restrictive=True),
)
walls.declare(
    "zone",
    walls.ROWS,
    walls.Policy("zone_read", f"id = ANY ({walls.ZONES})", (walls.APP,), command="SELECT", restrictive=True),
    walls.Policy(
        "zone_write",
        "author_id = (SELECT acting_contact())",
        (walls.APP,),
        command="INSERT",
        restrictive=True,
    ),
)
