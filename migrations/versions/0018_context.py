"""The context file: sheets, note, the mentor's page and questions, the starting position.

``direction`` joins the audiences: mentor and direction, of whose zones the others know nothing. A position leaves its
author's zone by ``reveal_positions`` alone, which judges by itself: all who tell the job of that strand have said it.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.rls import as_system, wall

revision = "0018"
down_revision = "0017"

ROOMS = import_module("migrations.versions.0015_rooms")
DEFINER = ROOMS.DEFINER
TABLES = (
    "job_sheet", "company_sheet", "mentor_page", "context_copy", "context_question", "answer_draft", "strategic_note",
    "understanding", "position_grid", "position_line",
)  # fmt: skip

# The line of 0001 that says which roles an audience may hold, whatever step wrote the function last.
BEFORE = "'{mentor,mentee,manager}' when 'everyone'"
AFTER = "'{mentor,mentee,manager}' when 'direction' then '{mentor,sponsor}' when 'everyone'"

WRITES_SHEET = f"""
create function writes_company_sheet() returns boolean language sql stable {DEFINER} as $$
  select exists (select from participation p where p.company_id = acting_company() and p.contact_id = acting_contact()
    and p.role in ('mentor', 'sponsor') and p.reads_from <= now() and (p.until_at is null or p.until_at > now()))
$$
"""

# Null: not now. Whoever has not said it keeps their own.
REVEAL = f"""
create function reveal_positions(_strand uuid, _zone uuid, _at timestamptz) returns integer
language plpgsql {DEFINER} as $$
declare
  c uuid := acting_company();
  me uuid := acting_contact();
  m uuid; said uuid[]; tellers uuid[]; moved integer;
begin
  select g.mission_id, g.said_ids into m, said from position_grid g
   where g.company_id = c and g.strand_id = _strand and g.revealed_at is null for update;
  if not found or not exists (
       select from zone z join mission x on (x.company_id, x.id) = (z.company_id, z.mission_id)
        where z.company_id = c and z.id = _zone and z.mission_id = m and z.kind = 'context'
          and z.audience = 'parties' and z.strand_id = _strand and z.rule_id = x.rule_id) then
    return null;
  end if;
  tellers := array(select p.contact_id from participation p
    where p.company_id = c and p.mission_id = m and p.role in ('mentee', 'manager')
      and (p.strand_id = _strand or (p.strand_id is null and (p.opened_ids is null or _strand = any (p.opened_ids))))
      and (p.until_at is null or p.until_at > now()));
  if not me = any (tellers) or not tellers <@ said then
    return null;
  end if;
  update position_line l set zone_id = _zone, revealed_at = _at
   where l.company_id = c and l.strand_id = _strand and l.said_at is not null and l.revealed_at is null
     and l.author_id = any (said);
  get diagnostics moved = row_count;
  update position_grid g set revealed_at = _at where g.company_id = c and g.strand_id = _strand;
  return moved;
end $$
"""

# By strand, of what all of its people may know: neither a position before the reveal, nor the note, nor a draft.
FACTS = """
  select jsonb_object_agg(s.id, jsonb_strip_nulls(jsonb_build_object(
    'sheets', (select count(*) from job_sheet j where j.company_id = _company and j.strand_id = s.id),
    'copies', (select count(*) from context_copy y where y.company_id = _company and y.mission_id = _mission),
    'questions', (select count(*) from context_question q
                   where q.company_id = _company and q.strand_id = s.id and q.withdrawn_at is null),
    'answered', (select count(*) from context_question q where q.company_id = _company and q.strand_id = s.id
                   and q.withdrawn_at is null and q.answered_at is not null
                   and (q.heard_on is null or q.confirmed_at is not null)),
    'understood', (select max(u.at) from understanding u where u.company_id = _company and u.strand_id = s.id),
    'revealed', (select g.revealed_at from position_grid g where g.company_id = _company and g.strand_id = s.id))))
    from unnest(_strands) as s (id)
"""


def upgrade() -> None:
    # the policies of company_sheet ask it
    with as_system(op):
        op.execute(WRITES_SHEET)
        op.execute("revoke all on function writes_company_sheet() from public")
        op.execute("grant execute on function writes_company_sheet() to trialogue_app")
    op.create_table(
        "job_sheet",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_job_sheet_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_job_sheet_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strand_id"],
            ["strand.company_id", "strand.id"],
            name=op.f("fk_job_sheet_company_id_strand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_job_sheet_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_job_sheet")),
    )
    op.create_index(
        op.f("ix_job_sheet_company_id_mission_id"), "job_sheet", ["company_id", "mission_id"], unique=False
    )
    op.create_index(
        op.f("ix_job_sheet_company_id_strand_id_author_id"),
        "job_sheet",
        ["company_id", "strand_id", "author_id"],
        unique=True,
    )
    op.create_index("ix_job_sheet_zone", "job_sheet", ["company_id", "zone_id", "id"], unique=False)
    op.create_table(
        "company_sheet",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("texts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "written_by"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_company_sheet_company_id_written_by"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_company_sheet_company_id")),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_company_sheet")),
    )
    op.create_table(
        "mentor_page",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("texts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mentor_page_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_mentor_page")),
    )
    op.create_table(
        "context_copy",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("texts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("copied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("copied_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("what in ('company', 'mentor')", name=op.f("ck_context_copy_what")),
        sa.ForeignKeyConstraint(
            ["company_id", "copied_by"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_context_copy_company_id_copied_by"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_context_copy_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_context_copy_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_context_copy")),
    )
    op.create_index(
        op.f("ix_context_copy_company_id_mission_id_what_about_id"),
        "context_copy",
        ["company_id", "mission_id", "what", "about_id"],
        unique=True,
    )
    op.create_index("ix_context_copy_zone", "context_copy", ["company_id", "zone_id", "id"], unique=False)
    op.create_table(
        "context_question",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_on", sa.Date(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answer = '') = (answered_at is null)", name=op.f("ck_context_question_answered")
        ),
        sa.CheckConstraint(
            "heard_on is null or answered_at is not null", name=op.f("ck_context_question_heard")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "asked_by"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_context_question_company_id_asked_by"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_context_question_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strand_id"],
            ["strand.company_id", "strand.id"],
            name=op.f("fk_context_question_company_id_strand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "to_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_context_question_company_id_to_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_context_question_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_context_question")),
    )
    op.create_index(
        op.f("ix_context_question_company_id_mission_id"),
        "context_question",
        ["company_id", "mission_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_context_question_company_id_strand_id"),
        "context_question",
        ["company_id", "strand_id"],
        unique=False,
    )
    op.create_index(
        "ix_context_question_zone", "context_question", ["company_id", "zone_id", "id"], unique=False
    )
    op.create_table(
        "answer_draft",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_answer_draft_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "question_id"],
            ["context_question.company_id", "context_question.id"],
            name=op.f("fk_answer_draft_company_id_question_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_answer_draft_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_answer_draft")),
    )
    op.create_index(
        op.f("ix_answer_draft_company_id_question_id_author_id"),
        "answer_draft",
        ["company_id", "question_id", "author_id"],
        unique=True,
    )
    op.create_index("ix_answer_draft_zone", "answer_draft", ["company_id", "zone_id", "id"], unique=False)
    op.create_table(
        "strategic_note",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_strategic_note_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_strategic_note_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_strategic_note_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_strategic_note")),
    )
    op.create_index(
        op.f("ix_strategic_note_company_id_mission_id"),
        "strategic_note",
        ["company_id", "mission_id"],
        unique=True,
    )
    op.create_index("ix_strategic_note_zone", "strategic_note", ["company_id", "zone_id", "id"], unique=False)
    op.create_table(
        "understanding",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_understanding_company_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_understanding_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strand_id"],
            ["strand.company_id", "strand.id"],
            name=op.f("fk_understanding_company_id_strand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_understanding_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_understanding")),
    )
    op.create_index(
        op.f("ix_understanding_company_id_strand_id_contact_id"),
        "understanding",
        ["company_id", "strand_id", "contact_id"],
        unique=True,
    )
    op.create_index("ix_understanding_zone", "understanding", ["company_id", "zone_id", "id"], unique=False)
    op.create_table(
        "position_grid",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=False),
        sa.Column("said_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_position_grid_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strand_id"],
            ["strand.company_id", "strand.id"],
            name=op.f("fk_position_grid_company_id_strand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_position_grid_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_position_grid")),
    )
    op.create_index(
        op.f("ix_position_grid_company_id_strand_id"),
        "position_grid",
        ["company_id", "strand_id"],
        unique=True,
    )
    op.create_index("ix_position_grid_zone", "position_grid", ["company_id", "zone_id", "id"], unique=False)
    op.create_table(
        "position_line",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("document_id is null or said_at is null", name=op.f("ck_position_line_writing")),
        sa.CheckConstraint(
            "revealed_at is null or said_at is not null", name=op.f("ck_position_line_revealed")
        ),
        sa.CheckConstraint("step between 0 and 3", name=op.f("ck_position_line_step")),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_position_line_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_position_line_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strand_id"],
            ["strand.company_id", "strand.id"],
            name=op.f("fk_position_line_company_id_strand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_position_line_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_position_line")),
    )
    op.create_index(
        op.f("ix_position_line_company_id_strand_id_author_id_objective_id"),
        "position_line",
        ["company_id", "strand_id", "author_id", "objective_id"],
        unique=True,
    )
    op.create_index("ix_position_line_zone", "position_line", ["company_id", "zone_id", "id"], unique=False)
    wall(op, *TABLES)
    op.execute("grant update (zone_id, revealed_at) on position_line to trialogue_system")
    op.execute("grant update (revealed_at) on position_grid to trialogue_system")
    with as_system(op):
        _rewrite("my_zones_now", BEFORE, AFTER)
        op.execute(REVEAL)
        op.execute("revoke all on function reveal_positions(uuid, uuid, timestamptz) from public")
        op.execute("grant execute on function reveal_positions(uuid, uuid, timestamptz) to trialogue_app")
        op.execute(ROOMS.facts("context", FACTS))


def downgrade() -> None:
    with as_system(op):
        op.execute(ROOMS.facts("context"))
        op.execute("drop function reveal_positions(uuid, uuid, timestamptz)")
        _rewrite("my_zones_now", AFTER, BEFORE)
    for table in reversed(TABLES):
        op.drop_table(table)
    with as_system(op):
        op.execute("drop function writes_company_sheet()")


def _rewrite(name: str, found: str, put: str) -> None:
    """The function as it stands, that line changed. Raises ValueError if it has none."""
    body = op.get_bind().exec_driver_sql("select pg_get_functiondef(%s::regproc)", (name,)).scalar_one()
    if found not in body:
        raise ValueError(f"{name} does not say which roles an audience holds")
    op.get_bind().exec_driver_sql(body.replace(found, put).replace("%", "%%"))
