"""Missions: their strands, people, invitations, matrices and zones."""

import sqlalchemy as sa
from alembic import op

from migrations.rls import wall

revision = "0004"
down_revision = "0003"

TABLES = (
    "mission",
    "strand",
    "participation",
    "announcement_seen",
    "invitation",
    "rule",
    "matrix_cell",
    "reported_cell",
    "zone",
)


def upgrade() -> None:
    op.create_table(
        "mission",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("hours >= 0", name=op.f("ck_mission_hours")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_mission_dates")),
        sa.ForeignKeyConstraint(
            ["company_id", "created_by"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_mission_company_id_created_by"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_mission")),
    )
    op.create_table(
        "strand",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state_zone_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_strand_company_id_mission_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_strand")),
    )
    op.create_index(
        op.f("ix_strand_company_id_mission_id"), "strand", ["company_id", "mission_id"], unique=False
    )
    op.create_table(
        "participation",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("first_team", sa.Boolean(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reads_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role <> 'mentee' or strand_id is not null", name=op.f("ck_participation_strand")),
        sa.CheckConstraint(
            "role in ('mentor', 'mentee', 'manager', 'sponsor', 'hr')", name=op.f("ck_participation_role")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_participation_company_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_participation_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strand_id"],
            ["strand.company_id", "strand.id"],
            name=op.f("fk_participation_company_id_strand_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_participation")),
    )
    op.create_index(
        op.f("ix_participation_company_id_contact_id"),
        "participation",
        ["company_id", "contact_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_participation_company_id_mission_id"),
        "participation",
        ["company_id", "mission_id"],
        unique=False,
    )
    op.create_table(
        "announcement_seen",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_announcement_seen_company_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "participation_id"],
            ["participation.company_id", "participation.id"],
            name=op.f("fk_announcement_seen_company_id_participation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_announcement_seen")),
    )
    op.create_index(
        op.f("ix_announcement_seen_company_id_participation_id_contact_id"),
        "announcement_seen",
        ["company_id", "participation_id", "contact_id"],
        unique=True,
    )
    op.create_table(
        "invitation",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_invitation_company_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_invitation_company_id_mission_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_invitation")),
    )
    op.create_index(
        op.f("ix_invitation_company_id_contact_id"), "invitation", ["company_id", "contact_id"], unique=False
    )
    op.create_index("uq_invitation_token", "invitation", ["token_hash"], unique=True)
    op.create_table(
        "rule",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_rule")),
    )
    op.create_index(op.f("ix_rule_company_id_mission_id"), "rule", ["company_id", "mission_id"], unique=False)
    op.create_table(
        "matrix_cell",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "rule_id"],
            ["rule.company_id", "rule.id"],
            name=op.f("fk_matrix_cell_company_id_rule_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "rule_id", "kind", "role", name=op.f("pk_matrix_cell")),
    )
    op.create_table(
        "reported_cell",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "rule_id"],
            ["rule.company_id", "rule.id"],
            name=op.f("fk_reported_cell_company_id_rule_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "rule_id", "kind", "role", name=op.f("pk_reported_cell")),
    )
    op.create_table(
        "zone",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_zone_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_zone_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "rule_id"], ["rule.company_id", "rule.id"], name=op.f("fk_zone_company_id_rule_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strand_id"],
            ["strand.company_id", "strand.id"],
            name=op.f("fk_zone_company_id_strand_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_zone")),
    )
    op.create_index(
        "ix_zone_author",
        "zone",
        ["company_id", "author_id"],
        unique=False,
        postgresql_where="audience = 'author'",
    )
    op.create_index(op.f("ix_zone_company_id_mission_id"), "zone", ["company_id", "mission_id"], unique=False)
    wall(op, *TABLES)
    op.execute("revoke update, delete on zone from trialogue_app")
    op.execute("grant insert, update on participation, invitation to trialogue_system")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
