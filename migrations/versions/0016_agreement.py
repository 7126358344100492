"""The agreement: the request and its sentence, expectations written alone, divergences.

An expectation leaves its author's zone by ``reveal_expectations`` alone. It judges by itself: all who take part are
ready, or the mentor is, and the date that was told to all has come; then all move in one statement.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.rls import as_system, wall

revision = "0016"
down_revision = "0015"

ROOMS = import_module("migrations.versions.0015_rooms")
DEFINER = ROOMS.DEFINER
TABLES = ("agreement_text", "agreement_change", "expectation", "readiness", "reveal", "divergence")
PARTIES = (
    "p.role in ('mentee', 'mentor', 'manager', 'sponsor') and (p.until_at is null or p.until_at > now())"
)

# Null: not now. Who is not ready keeps their text to themselves, and joins later by their own act.
REVEAL = f"""
create function reveal_expectations(_mission uuid, _zone uuid, _at timestamptz) returns integer
language plpgsql {DEFINER} as $$
declare
  c uuid := acting_company();
  me uuid := acting_contact();
  told date; since timestamptz; parties uuid[]; ready uuid[]; moved integer;
begin
  select r.due_on, r.told_at into told, since from reveal r
   where r.company_id = c and r.mission_id = _mission and r.revealed_at is null for update;
  if not found or not exists (
       select from zone z join mission m on (m.company_id, m.id) = (z.company_id, z.mission_id)
        where z.company_id = c and z.id = _zone and z.mission_id = _mission and z.kind = 'agreement'
          and z.audience = 'everyone' and z.strand_id is null and z.rule_id = m.rule_id)
     or not exists (
       select from participation p where p.company_id = c and p.mission_id = _mission and p.contact_id = me
          and {PARTIES} and p.reads_from <= now()) then
    return null;
  end if;
  parties := array(select p.contact_id from participation p
                    where p.company_id = c and p.mission_id = _mission and {PARTIES});
  ready := array(select d.contact_id from readiness d where d.company_id = c and d.mission_id = _mission);
  if not parties <@ ready and not (
       me = any (ready) and coalesce(told <= (now() at time zone 'Europe/Paris')::date, false)
       and coalesce(since <= now() - interval '3 days', false)
       and exists (select from participation p where p.company_id = c and p.mission_id = _mission
                      and p.contact_id = me and p.role = 'mentor' and {PARTIES})) then
    return null;
  end if;
  update expectation e set zone_id = _zone, revealed_at = _at
   where e.company_id = c and e.mission_id = _mission and e.ready_at is not null and e.author_id = any (ready);
  get diagnostics moved = row_count;
  update reveal r set revealed_at = _at, revealed_by = me where r.company_id = c and r.mission_id = _mission;
  return moved;
end $$
"""

# Shared rows alone: an expectation is in none of these figures, however much of it is written.
FACTS = f"""
  select case when cardinality(_strands) > 0 then jsonb_strip_nulls(jsonb_build_object(
    'texts', (select count(*) from agreement_text t where t.company_id = _company and t.mission_id = _mission),
    'ready', (select count(*) from readiness d where d.company_id = _company and d.mission_id = _mission),
    'of', (select count(distinct p.contact_id) from participation p
            where p.company_id = _company and p.mission_id = _mission and {PARTIES}),
    'revealed', (select r.revealed_at from reveal r where r.company_id = _company and r.mission_id = _mission),
    'divergences_open', (select count(*) from divergence d
                          where d.company_id = _company and d.mission_id = _mission and d.outcome is null)))
    || coalesce(versions_facts(_company, _mission, _strands), '{{}}') end
"""


def upgrade() -> None:
    op.create_table(
        "agreement_text",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("for_id", sa.Uuid(), nullable=True),
        sa.Column("heard_on", sa.Date(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_by", sa.Uuid(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "what in ('request', 'reformulation', 'sentence')", name=op.f("ck_agreement_text_what")
        ),
        sa.CheckConstraint("(for_id is null) = (heard_on is null)", name=op.f("ck_agreement_text_heard")),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_agreement_text_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "for_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_agreement_text_company_id_for_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_agreement_text_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_agreement_text_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_agreement_text")),
    )
    op.create_index(
        op.f("ix_agreement_text_company_id_mission_id_what"),
        "agreement_text",
        ["company_id", "mission_id", "what"],
        unique=True,
    )
    op.create_index("ix_agreement_text_zone", "agreement_text", ["company_id", "zone_id", "id"], unique=False)
    op.create_table(
        "agreement_change",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("text_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("also_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "by_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_agreement_change_company_id_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "text_id"],
            ["agreement_text.company_id", "agreement_text.id"],
            name=op.f("fk_agreement_change_company_id_text_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_agreement_change_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_agreement_change")),
    )
    op.create_index(
        op.f("ix_agreement_change_company_id_text_id"),
        "agreement_change",
        ["company_id", "text_id"],
        unique=False,
    )
    op.create_index(
        "ix_agreement_change_zone", "agreement_change", ["company_id", "zone_id", "text_id"], unique=False
    )
    op.create_table(
        "expectation",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("texts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("document_id is null or ready_at is null", name=op.f("ck_expectation_writing")),
        sa.CheckConstraint(
            "revealed_at is null or ready_at is not null", name=op.f("ck_expectation_revealed")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_expectation_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_expectation_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_expectation_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_expectation")),
    )
    op.create_index(
        op.f("ix_expectation_company_id_mission_id_author_id"),
        "expectation",
        ["company_id", "mission_id", "author_id"],
        unique=True,
    )
    op.create_index("ix_expectation_zone", "expectation", ["company_id", "zone_id", "id"], unique=False)
    op.create_table(
        "readiness",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_readiness_company_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_readiness_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_readiness_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_readiness")),
    )
    op.create_index(
        op.f("ix_readiness_company_id_mission_id_contact_id"),
        "readiness",
        ["company_id", "mission_id", "contact_id"],
        unique=True,
    )
    op.create_index("ix_readiness_zone", "readiness", ["company_id", "zone_id", "id"], unique=False)
    op.create_table(
        "reveal",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_by", sa.Uuid(), nullable=True),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revealed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(due_on is null) = (told_at is null)", name=op.f("ck_reveal_told")),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_reveal_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_reveal_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_reveal")),
    )
    op.create_index(
        op.f("ix_reveal_company_id_mission_id"), "reveal", ["company_id", "mission_id"], unique=True
    )
    op.create_index("ix_reveal_zone", "reveal", ["company_id", "zone_id", "id"], unique=False)
    op.create_table(
        "divergence",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("postponed_to", sa.Date(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'postponed') = (postponed_to is not null)", name=op.f("ck_divergence_postponed")
        ),
        sa.CheckConstraint(
            "outcome in ('agreed', 'dismissed', 'postponed')", name=op.f("ck_divergence_outcome")
        ),
        sa.CheckConstraint(
            "outcome is null or outcome = 'postponed' or answer <> ''", name=op.f("ck_divergence_answer")
        ),
        sa.CheckConstraint("(outcome is null) = (settled_at is null)", name=op.f("ck_divergence_settled")),
        sa.ForeignKeyConstraint(
            ["company_id", "by_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_divergence_company_id_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_divergence_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_divergence_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_divergence")),
    )
    op.create_index(
        op.f("ix_divergence_company_id_mission_id"), "divergence", ["company_id", "mission_id"], unique=False
    )
    op.create_index("ix_divergence_zone", "divergence", ["company_id", "zone_id", "id"], unique=False)
    wall(op, *TABLES)
    op.execute("grant update (zone_id, revealed_at) on expectation to trialogue_system")
    op.execute("grant update (revealed_at, revealed_by) on reveal to trialogue_system")
    with as_system(op):
        op.execute(REVEAL)
        op.execute("revoke all on function reveal_expectations(uuid, uuid, timestamptz) from public")
        op.execute("grant execute on function reveal_expectations(uuid, uuid, timestamptz) to trialogue_app")
        op.execute(ROOMS.facts("versions"))
        op.execute("revoke all on function versions_facts(uuid, uuid, uuid[]) from public")
        op.execute(ROOMS.facts("agreement", FACTS))


def downgrade() -> None:
    with as_system(op):
        op.execute(ROOMS.facts("agreement"))
        op.execute("drop function versions_facts(uuid, uuid, uuid[])")
        op.execute("drop function reveal_expectations(uuid, uuid, timestamptz)")
    for table in reversed(TABLES):
        op.drop_table(table)
