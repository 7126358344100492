"""The schedule: steps and sessions, slots, agendas, summaries, reviews; and dates told without content.

The firm's staff and « Vos prochaines dates » get kinds, dates and minutes alone, from functions that return no text of
anybody's: neither a place nor a word.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.rls import as_system, wall

revision = "0020"
down_revision = "0019"

ROOMS = import_module("migrations.versions.0015_rooms")
TABLES = (
    "session",
    "slot_poll",
    "slot",
    "slot_answer",
    "agenda_item",
    "summary",
    "review",
    "review_approval",
    "session_change",
)

# By strand ('all': what is collective): minutes planned, minutes held, steps without a date, the next date.
FACTS = """
  select jsonb_object_agg(coalesce(x.strand_id::text, 'all'), jsonb_build_object(
           'sessions', x.sessions, 'planned', x.planned, 'held', x.held, 'to_plan', x.to_plan, 'next', x.next))
    from (select s.strand_id, count(*) as sessions,
                 coalesce(sum(s.minutes) filter (where s.state = 'planned'), 0) as planned,
                 coalesce(sum(s.minutes) filter (where s.state = 'held'), 0) as held,
                 count(*) filter (where s.state = 'to_plan') as to_plan,
                 min(s.starts_at) filter (where s.state = 'planned') as next
            from session s
           where s.company_id = _company and s.mission_id = _mission and s.state <> 'cancelled'
             and case when s.strand_id is null then cardinality(_strands) > 0 else s.strand_id = any (_strands) end
           group by s.strand_id) x
"""

# For whoever takes part in it by their role, in all their companies: the dates to come and those that are being found.
MY_NEXT_DATES = f"""
create function my_next_dates() returns table (company text, slug text, mission uuid, title text, strand uuid,
  mentee text, session uuid, type text, starts_at timestamptz, local_at timestamp, timezone text, minutes integer,
  first_slot timestamp, last_slot timestamp)
language sql stable {ROOMS.DEFINER} as $$
  select distinct on (coalesce(s.starts_at, o.first_at), s.id) c.name, c.slug, m.id, m.title, s.strand_id,
         (select e.given_name || ' ' || e.family_name from participation t
            join contact e on (e.company_id, e.id) = (t.company_id, t.contact_id)
           where t.company_id = s.company_id and t.mission_id = m.id and t.role = 'mentee' and t.strand_id = s.strand_id
           order by t.until_at is not null, t.announced_at desc limit 1),
         s.id, s.type, s.starts_at, s.local_at, s.timezone, s.minutes, o.first_local, o.last_local
    from contact k
    join participation p on (p.company_id, p.contact_id) = (k.company_id, k.id)
     and p.reads_from <= now() and (p.until_at is null or p.until_at > now())
    join mission m on (m.company_id, m.id) = (p.company_id, p.mission_id)
    join matrix_cell n on (n.company_id, n.rule_id, n.kind, n.role) = (m.company_id, m.rule_id, 'calendar', p.role)
    join session s on (s.company_id, s.mission_id) = (p.company_id, p.mission_id) and p.role = any (s.roles)
     and (s.strand_id is null or p.strand_id = s.strand_id
          or p.strand_id is null and (p.opened_ids is null or s.strand_id = any (p.opened_ids)))
    join company c on c.id = s.company_id
    left join lateral (
      select min(t.starts_at) as first_at, min(t.local_at) as first_local, max(t.local_at) as last_local
        from slot_poll q join slot t on (t.company_id, t.poll_id) = (q.company_id, q.id)
       where q.company_id = s.company_id and q.session_id = s.id and q.closed_at is null and t.starts_at > now()) o on true
   where k.person_id = acting_person()
     and (s.state = 'planned' and s.starts_at + make_interval(mins => s.minutes) > now()
          or s.state = 'to_plan' and o.first_at is not null)
   order by coalesce(s.starts_at, o.first_at), s.id
$$
"""

# The firm's staff: kinds, states, dates and minutes of a mission that their firm runs. No place, no word.
MISSION_DATES = f"""
create function mission_dates(_mission uuid) returns table (id uuid, strand uuid, type text, state text, week_of date,
  starts_at timestamptz, local_at timestamp, timezone text, minutes integer, late boolean)
language sql stable {ROOMS.DEFINER} as $$
  select s.id, s.strand_id, s.type, s.state, s.week_of, s.starts_at, s.local_at, s.timezone, s.minutes, s.late
    from session s
   where s.company_id = acting_company() and s.mission_id = _mission and is_staff_here()
   order by coalesce(s.local_at, s.week_of), s.created_at, s.id
$$
"""

# After its dates have changed: what is still to plan stays in a week of the mission. Harmless whoever calls it.
KEEP_WITHIN = f"""
create function keep_within(_mission uuid) returns void language sql {ROOMS.DEFINER} as $$
  update session s set revision = s.revision + 1, week_of = least(greatest(s.week_of, date_trunc('week', m.starts_on)::date),
                                                                 date_trunc('week', m.ends_on)::date)
    from mission m
   where m.company_id = acting_company() and m.id = _mission and m.id = any (my_missions())
     and (s.company_id, s.mission_id) = (m.company_id, m.id) and s.state = 'to_plan'
     and s.week_of not between date_trunc('week', m.starts_on)::date and date_trunc('week', m.ends_on)::date
$$
"""
FUNCTIONS = {
    "my_next_dates()": MY_NEXT_DATES,
    "mission_dates(uuid)": MISSION_DATES,
    "keep_within(uuid)": KEEP_WITHIN,
}


def upgrade() -> None:
    op.create_table(
        "session",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("week_of", sa.Date(), nullable=True),
        sa.Column("local_at", sa.DateTime(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("layout_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.Uuid(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('to_plan', 'planned', 'held', 'cancelled')", name=op.f("ck_session_state")
        ),
        sa.CheckConstraint(
            "state not in ('planned', 'held') or starts_at is not null", name=op.f("ck_session_dated")
        ),
        sa.CheckConstraint(
            "type in ('framing', 'pair', 'visit', 'review', 'collective', 'report', 'restitution')",
            name=op.f("ck_session_type"),
        ),
        sa.CheckConstraint("way in ('place', 'video')", name=op.f("ck_session_way")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_session_minutes")),
        sa.CheckConstraint(
            "num_nonnulls(local_at, timezone, starts_at) in (0, 3)", name=op.f("ck_session_when")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_session_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "cancelled_by"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_session_company_id_cancelled_by"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_session_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strand_id"],
            ["strand.company_id", "strand.id"],
            name=op.f("fk_session_company_id_strand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_session_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_session")),
    )
    op.create_index(
        op.f("ix_session_company_id_mission_id"), "session", ["company_id", "mission_id"], unique=False
    )
    op.create_index("ix_session_zone", "session", ["company_id", "zone_id", "id"], unique=False)
    op.create_table(
        "slot_poll",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("slot_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_slot_poll_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "session_id"],
            ["session.company_id", "session.id"],
            name=op.f("fk_slot_poll_company_id_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_slot_poll_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_slot_poll")),
    )
    op.create_index("ix_slot_poll_zone", "slot_poll", ["company_id", "zone_id", "session_id"], unique=False)
    op.create_index(
        "uq_slot_poll_open",
        "slot_poll",
        ["company_id", "session_id"],
        unique=True,
        postgresql_where="closed_at is null",
    )
    op.create_table(
        "slot",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("local_at", sa.DateTime(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_slot_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "poll_id"],
            ["slot_poll.company_id", "slot_poll.id"],
            name=op.f("fk_slot_company_id_poll_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"], ["zone.company_id", "zone.id"], name=op.f("fk_slot_company_id_zone_id")
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_slot")),
    )
    op.create_index(
        op.f("ix_slot_company_id_poll_id_starts_at"),
        "slot",
        ["company_id", "poll_id", "starts_at"],
        unique=True,
    )
    op.create_index("ix_slot_zone", "slot", ["company_id", "zone_id", "poll_id"], unique=False)
    op.create_table(
        "slot_answer",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer in ('yes', 'no', 'maybe')", name=op.f("ck_slot_answer_answer")),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_slot_answer_company_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "slot_id"],
            ["slot.company_id", "slot.id"],
            name=op.f("fk_slot_answer_company_id_slot_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_slot_answer_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_slot_answer")),
    )
    op.create_index(
        op.f("ix_slot_answer_company_id_slot_id_contact_id"),
        "slot_answer",
        ["company_id", "slot_id", "contact_id"],
        unique=True,
    )
    op.create_index("ix_slot_answer_zone", "slot_answer", ["company_id", "zone_id", "slot_id"], unique=False)
    op.create_table(
        "agenda_item",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("usual", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_agenda_item_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "done_by"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_agenda_item_company_id_done_by"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "session_id"],
            ["session.company_id", "session.id"],
            name=op.f("fk_agenda_item_company_id_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_agenda_item_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_agenda_item")),
    )
    op.create_index(
        op.f("ix_agenda_item_company_id_session_id"),
        "agenda_item",
        ["company_id", "session_id"],
        unique=False,
    )
    op.create_index(
        "ix_agenda_item_zone", "agenda_item", ["company_id", "zone_id", "session_id"], unique=False
    )
    op.create_table(
        "summary",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shared_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_summary_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "session_id"],
            ["session.company_id", "session.id"],
            name=op.f("fk_summary_company_id_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "shared_by"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_summary_company_id_shared_by"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_summary_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_summary")),
    )
    op.create_index(
        op.f("ix_summary_company_id_session_id"), "summary", ["company_id", "session_id"], unique=False
    )
    op.create_index("ix_summary_zone", "summary", ["company_id", "zone_id", "id"], unique=False)
    op.create_table(
        "review",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_review_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "session_id"],
            ["session.company_id", "session.id"],
            name=op.f("fk_review_company_id_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_review_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_review")),
    )
    op.create_index(
        op.f("ix_review_company_id_session_id"), "review", ["company_id", "session_id"], unique=True
    )
    op.create_index("ix_review_zone", "review", ["company_id", "zone_id", "id"], unique=False)
    op.create_table(
        "review_approval",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_review_approval_company_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "review_id"],
            ["review.company_id", "review.id"],
            name=op.f("fk_review_approval_company_id_review_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_review_approval_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_review_approval")),
    )
    op.create_index(
        "ix_review_approval_zone", "review_approval", ["company_id", "zone_id", "review_id"], unique=False
    )
    op.create_table(
        "session_change",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "by_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_session_change_company_id_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "session_id"],
            ["session.company_id", "session.id"],
            name=op.f("fk_session_change_company_id_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_session_change_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_session_change")),
    )
    op.create_index(
        "ix_session_change_zone", "session_change", ["company_id", "zone_id", "session_id"], unique=False
    )
    wall(op, *TABLES)
    op.execute("grant update on session to trialogue_system")
    with as_system(op):
        op.execute(ROOMS.facts("schedule", FACTS))
        for signature, body in FUNCTIONS.items():
            op.execute(body)
            op.execute(f"grant execute on function {signature} to trialogue_app")


def downgrade() -> None:
    with as_system(op):
        for signature in FUNCTIONS:
            op.execute(f"drop function {signature}")
        op.execute(ROOMS.facts("schedule"))
    for table in reversed(TABLES):
        op.drop_table(table)
