"""The roadmap: axes, strategies, actions, what hangs on them, and what the mentor brings to them."""

from importlib import import_module

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.rls import as_system, wall

revision = "0019"
down_revision = "0018"

ROOMS = import_module("migrations.versions.0015_rooms")
TABLES = (
    "axis", "strategy", "action", "axis_wording", "axis_rewording", "axis_assent", "axis_comment", "contribution",
    "roadmap_change",
)  # fmt: skip

# By strand ('' for what is collective): axes shared, agreed among them; actions, done among them, the next date.
FACTS = """
  select jsonb_object_agg(coalesce(x.strand_id::text, ''), jsonb_build_array(x.axes, x.agreed, x.actions, x.done, x.next))
    from (
      select a.strand_id, count(distinct a.id) as axes,
             count(distinct a.id) filter (where a.agreed_id is not null and not exists (
               select from axis_rewording r where (r.company_id, r.axis_id) = (a.company_id, a.id)
                  and r.ended_at is null)) as agreed,
             count(t.id) filter (where t.state <> 'dropped') as actions,
             count(t.id) filter (where t.state = 'done') as done,
             min(t.due_on) filter (where t.state in ('todo', 'doing')) as next
        from axis a
        left join action t on t.company_id = a.company_id and t.axis_id = a.id and t.withdrawn_at is null
       where a.company_id = _company and a.mission_id = _mission and a.shared_at is not null and a.closed_at is null
         and a.withdrawn_at is null and cardinality(_strands) > 0
         and (a.strand_id is null or a.strand_id = any (_strands))
       group by a.strand_id) x
"""

# By the clock and as nobody, as 0014 does for objectives: what its author can no longer erase, having been removed before.
ERASE = """
create function erase_withdrawn_lines() returns setof uuid language plpgsql
security definer set search_path = pg_catalog, public as $$
declare l record; d uuid;
begin
  for l in
    with gone as (
      select company_id, id from axis where withdrawn_at < now() - interval '1 minute'
      union select company_id, id from strategy where withdrawn_at < now() - interval '1 minute'
      union select company_id, id from action where withdrawn_at < now() - interval '1 minute')
    select company_id, id from gone
    union select s.company_id, s.id from strategy s join gone g on (g.company_id, g.id) = (s.company_id, s.axis_id)
    union select t.company_id, t.id from action t join gone g on g.company_id = t.company_id and g.id in (t.axis_id, t.strategy_id)
  loop
    delete from contribution c where c.company_id = l.company_id and c.subject_id = l.id;
    delete from roadmap_change c where c.company_id = l.company_id and c.line_id = l.id;
    delete from event e where e.company_id = l.company_id and e.subject_id = l.id;
    delete from awaited a where a.company_id = l.company_id and a.subject_id = l.id;
    for d in delete from document t where t.company_id = l.company_id and t.subject_id = l.id returning t.id loop
      delete from document_update u where u.company_id = l.company_id and u.document_id = d;
      return next d;
    end loop;
    delete from action t where t.company_id = l.company_id and t.id = l.id;
    delete from strategy s where s.company_id = l.company_id and s.id = l.id;
    delete from axis a where a.company_id = l.company_id and a.id = l.id;
  end loop;
end $$
"""
ERASED = ("axis", "strategy", "action", "contribution", "roadmap_change")


def upgrade() -> None:
    op.create_table(
        "axis",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("served_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("(shared_at is null) = (position is null)", name=op.f("ck_axis_position")),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_axis_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_axis_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strand_id"],
            ["strand.company_id", "strand.id"],
            name=op.f("fk_axis_company_id_strand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"], ["zone.company_id", "zone.id"], name=op.f("fk_axis_company_id_zone_id")
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_axis")),
    )
    op.create_index(op.f("ix_axis_company_id_mission_id"), "axis", ["company_id", "mission_id"], unique=False)
    op.create_index("ix_axis_zone", "axis", ["company_id", "zone_id", "id"], unique=False)
    op.create_table(
        "strategy",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=True),
        sa.Column("axis_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_strategy_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "axis_id"],
            ["axis.company_id", "axis.id"],
            name=op.f("fk_strategy_company_id_axis_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_strategy_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strand_id"],
            ["strand.company_id", "strand.id"],
            name=op.f("fk_strategy_company_id_strand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_strategy_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_strategy")),
    )
    op.create_index(
        op.f("ix_strategy_company_id_axis_id"), "strategy", ["company_id", "axis_id"], unique=False
    )
    op.create_index("ix_strategy_zone", "strategy", ["company_id", "zone_id", "id"], unique=False)
    op.create_table(
        "action",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=True),
        sa.Column("axis_id", sa.Uuid(), nullable=False),
        sa.Column("strategy_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("touched", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("(state = 'dropped') = (reason <> '')", name=op.f("ck_action_reason")),
        sa.CheckConstraint("state in ('todo', 'doing', 'done', 'dropped')", name=op.f("ck_action_state")),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_action_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "axis_id"],
            ["axis.company_id", "axis.id"],
            name=op.f("fk_action_company_id_axis_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_action_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "owner_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_action_company_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strand_id"],
            ["strand.company_id", "strand.id"],
            name=op.f("fk_action_company_id_strand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strategy_id"],
            ["strategy.company_id", "strategy.id"],
            name=op.f("fk_action_company_id_strategy_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_action_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_action")),
    )
    op.create_index(op.f("ix_action_company_id_axis_id"), "action", ["company_id", "axis_id"], unique=False)
    op.create_index(
        op.f("ix_action_company_id_strategy_id"), "action", ["company_id", "strategy_id"], unique=False
    )
    op.create_index("ix_action_zone", "action", ["company_id", "zone_id", "id"], unique=False)
    op.create_table(
        "axis_wording",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("axis_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "axis_id"],
            ["axis.company_id", "axis.id"],
            name=op.f("fk_axis_wording_company_id_axis_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_axis_wording_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_axis_wording")),
    )
    op.create_index(
        op.f("ix_axis_wording_company_id_axis_id_hash"),
        "axis_wording",
        ["company_id", "axis_id", "hash"],
        unique=False,
    )
    op.create_index(
        "ix_axis_wording_zone", "axis_wording", ["company_id", "zone_id", "axis_id"], unique=False
    )
    op.create_table(
        "axis_rewording",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("axis_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "axis_id"],
            ["axis.company_id", "axis.id"],
            name=op.f("fk_axis_rewording_company_id_axis_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "opened_by"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_axis_rewording_company_id_opened_by"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_axis_rewording_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_axis_rewording")),
    )
    op.create_index(
        "ix_axis_rewording_zone", "axis_rewording", ["company_id", "zone_id", "axis_id"], unique=False
    )
    op.create_index(
        "uq_axis_rewording_open",
        "axis_rewording",
        ["company_id", "axis_id"],
        unique=True,
        postgresql_where="ended_at is null",
    )
    op.create_table(
        "axis_assent",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("axis_id", sa.Uuid(), nullable=False),
        sa.Column("wording_id", sa.Uuid(), nullable=False),
        sa.Column("rewording_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "axis_id"],
            ["axis.company_id", "axis.id"],
            name=op.f("fk_axis_assent_company_id_axis_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_axis_assent_company_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "wording_id"],
            ["axis_wording.company_id", "axis_wording.id"],
            name=op.f("fk_axis_assent_company_id_wording_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_axis_assent_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_axis_assent")),
    )
    op.create_index(
        op.f("ix_axis_assent_company_id_axis_id"), "axis_assent", ["company_id", "axis_id"], unique=False
    )
    op.create_index("ix_axis_assent_zone", "axis_assent", ["company_id", "zone_id", "axis_id"], unique=False)
    op.create_table(
        "axis_comment",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("axis_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_axis_comment_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "axis_id"],
            ["axis.company_id", "axis.id"],
            name=op.f("fk_axis_comment_company_id_axis_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_axis_comment_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_axis_comment")),
    )
    op.create_index(
        op.f("ix_axis_comment_company_id_axis_id"), "axis_comment", ["company_id", "axis_id"], unique=False
    )
    op.create_index(
        "ix_axis_comment_zone", "axis_comment", ["company_id", "zone_id", "axis_id"], unique=False
    )
    op.create_table(
        "contribution",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=True),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "subject_kind in ('action', 'session')", name=op.f("ck_contribution_subject_kind")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_contribution_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_contribution_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strand_id"],
            ["strand.company_id", "strand.id"],
            name=op.f("fk_contribution_company_id_strand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_contribution_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_contribution")),
    )
    op.create_index(
        op.f("ix_contribution_company_id_subject_id"),
        "contribution",
        ["company_id", "subject_id"],
        unique=False,
    )
    op.create_index(
        "ix_contribution_zone", "contribution", ["company_id", "zone_id", "subject_id"], unique=False
    )
    op.create_table(
        "roadmap_change",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("axis_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("also_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "axis_id"],
            ["axis.company_id", "axis.id"],
            name=op.f("fk_roadmap_change_company_id_axis_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "by_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_roadmap_change_company_id_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_roadmap_change_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_roadmap_change")),
    )
    op.create_index(
        op.f("ix_roadmap_change_company_id_axis_id_at"),
        "roadmap_change",
        ["company_id", "axis_id", "at"],
        unique=False,
    )
    op.create_index(
        "ix_roadmap_change_zone", "roadmap_change", ["company_id", "zone_id", "axis_id"], unique=False
    )
    wall(op, *TABLES)
    with as_system(op):
        op.execute(ROOMS.facts("roadmap", FACTS))
        op.execute(ERASE)
        op.execute("revoke all on function erase_withdrawn_lines() from public")
        op.execute("grant execute on function erase_withdrawn_lines() to trialogue_jobs")
    for table in ERASED:
        op.execute(f"grant delete on {table} to trialogue_system")


def downgrade() -> None:
    with as_system(op):
        op.execute(ROOMS.facts("roadmap"))
        op.execute("drop function erase_withdrawn_lines()")
    for table in reversed(TABLES):
        op.drop_table(table)
