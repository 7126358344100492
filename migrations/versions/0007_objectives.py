"""Objectives, and what hangs on them: exact wordings, initials, rewordings, comments, readings, history."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.rls import wall

revision = "0007"
down_revision = "0006"

TABLES = ("objective", "wording", "rewording", "assent", "comment", "progress", "change")


def upgrade() -> None:
    op.create_table(
        "objective",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("stake", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Text(), nullable=False),
        sa.Column("baseline_value", sa.Numeric(precision=14, scale=4), nullable=True),
        sa.Column("baseline_out_of", sa.Numeric(precision=14, scale=4), nullable=True),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("target_value", sa.Numeric(precision=14, scale=4), nullable=True),
        sa.Column("target_out_of", sa.Numeric(precision=14, scale=4), nullable=True),
        sa.Column("target_sense", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("observer_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("touched", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("target_sense in ('least', 'most')", name=op.f("ck_objective_sense")),
        sa.CheckConstraint("(shared_at is null) = (position is null)", name=op.f("ck_objective_position")),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_objective_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_objective_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "observer_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_objective_company_id_observer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strand_id"],
            ["strand.company_id", "strand.id"],
            name=op.f("fk_objective_company_id_strand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_objective_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_objective")),
    )
    op.create_index(
        op.f("ix_objective_company_id_mission_id"), "objective", ["company_id", "mission_id"], unique=False
    )
    op.create_index("ix_objective_zone", "objective", ["company_id", "zone_id", "id"], unique=False)
    op.create_table(
        "wording",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "objective_id"],
            ["objective.company_id", "objective.id"],
            name=op.f("fk_wording_company_id_objective_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_wording_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_wording")),
    )
    op.create_index(
        op.f("ix_wording_company_id_objective_id_hash"),
        "wording",
        ["company_id", "objective_id", "hash"],
        unique=True,
    )
    op.create_index("ix_wording_zone", "wording", ["company_id", "zone_id", "objective_id"], unique=False)
    op.create_table(
        "rewording",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "objective_id"],
            ["objective.company_id", "objective.id"],
            name=op.f("fk_rewording_company_id_objective_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "opened_by"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_rewording_company_id_opened_by"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_rewording_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_rewording")),
    )
    op.create_index("ix_rewording_zone", "rewording", ["company_id", "zone_id", "objective_id"], unique=False)
    op.create_index(
        "uq_rewording_open",
        "rewording",
        ["company_id", "objective_id"],
        unique=True,
        postgresql_where="ended_at is null",
    )
    op.create_table(
        "assent",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=False),
        sa.Column("wording_id", sa.Uuid(), nullable=False),
        sa.Column("rewording_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_assent_company_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "objective_id"],
            ["objective.company_id", "objective.id"],
            name=op.f("fk_assent_company_id_objective_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "wording_id"],
            ["wording.company_id", "wording.id"],
            name=op.f("fk_assent_company_id_wording_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_assent_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_assent")),
    )
    op.create_index(
        op.f("ix_assent_company_id_objective_id"), "assent", ["company_id", "objective_id"], unique=False
    )
    op.create_index("ix_assent_zone", "assent", ["company_id", "zone_id", "objective_id"], unique=False)
    op.create_table(
        "comment",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_comment_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "objective_id"],
            ["objective.company_id", "objective.id"],
            name=op.f("fk_comment_company_id_objective_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_comment_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_comment")),
    )
    op.create_index(
        op.f("ix_comment_company_id_objective_id"), "comment", ["company_id", "objective_id"], unique=False
    )
    op.create_index("ix_comment_zone", "comment", ["company_id", "zone_id", "objective_id"], unique=False)
    op.create_table(
        "progress",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(precision=14, scale=4), nullable=True),
        sa.Column("out_of", sa.Numeric(precision=14, scale=4), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_progress_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "objective_id"],
            ["objective.company_id", "objective.id"],
            name=op.f("fk_progress_company_id_objective_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_progress_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_progress")),
    )
    op.create_index(
        op.f("ix_progress_company_id_objective_id"), "progress", ["company_id", "objective_id"], unique=False
    )
    op.create_index("ix_progress_zone", "progress", ["company_id", "zone_id", "objective_id"], unique=False)
    op.create_table(
        "change",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("also_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "by_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_change_company_id_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "objective_id"],
            ["objective.company_id", "objective.id"],
            name=op.f("fk_change_company_id_objective_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_change_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_change")),
    )
    op.create_index(
        op.f("ix_change_company_id_objective_id"), "change", ["company_id", "objective_id"], unique=False
    )
    op.create_index("ix_change_zone", "change", ["company_id", "zone_id", "objective_id"], unique=False)
    wall(op, *TABLES)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
