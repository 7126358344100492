"""The hours' ledger, attendance, initials on the plan, private calendars.

The ledger is written here alone: after every change of a session, an attendance, a piece or the agreement, what it says of
that subject is compared with what it should say, and the difference is appended. Hence it always reconciles, a correction
is a counter-entry, and minutes are spent by confirmed attendance or by the agreement's clauses, whoever asks.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.rls import as_system, wall

revision = "0021"
down_revision = "0020"

ROOMS = import_module("migrations.versions.0015_rooms")
SCHEDULE = import_module("migrations.versions.0020_schedule")
DEFINER = ROOMS.DEFINER
APP, JOBS, OWNER = "trialogue_app", "trialogue_jobs", "trialogue_owner"
TABLES = ("hours_entry", "attendance", "attendance_line", "piece", "plan_assent", "calendar_feed")

# By strand ('all': what is collective): as 0020, and minutes spent. What was agreed is the whole mission's.
FACTS = """
  select nullif(coalesce((SCHEDULED), '{}') || coalesce((
    select jsonb_object_agg(h.key, coalesce((SCHEDULED) -> h.key,
             '{"sessions": 0, "planned": 0, "held": 0, "to_plan": 0, "next": null}') || jsonb_build_object('spent', h.minutes))
      from (select coalesce(e.strand_id::text, 'all') as key, sum(e.minutes) as minutes from hours_entry e
             where e.company_id = _company and e.mission_id = _mission and e.account = 'spent'
               and case when e.strand_id is null then cardinality(_strands) > 0 else e.strand_id = any (_strands) end
             group by e.strand_id) h), '{}'), '{}')
""".replace("SCHEDULED", SCHEDULE.FACTS.strip())

# Strands whose dates the acting person may know, and their missions; all of them for the firm's staff.
MY_HOURS = f"""
create function my_hours() returns uuid[] language sql stable {DEFINER} as $$
  select coalesce(array_agg(distinct x.id), '{{}}') from (
    select unnest(array[s.id, s.mission_id]) as id from strand s
     where s.company_id = acting_company() and (s.state_zone_id = any (my_zones()) or is_staff_here())) x
$$
"""

# What the agreement says of hours at a time; before any was in force, what the first one says (framing included).
HOURS_VALUES = f"""
create function hours_values(_company uuid, _mission uuid, _at timestamptz) returns jsonb language sql stable {DEFINER} as $$
  select convert_from(v.canonical, 'UTF8')::jsonb->'values' from agreement_version v
   where v.company_id = _company and v.mission_id = _mission and v.in_force_at is not null
   order by v.in_force_at <= _at desc, case when v.in_force_at <= _at then -v.number else v.number end limit 1
$$
"""

# What the ledger should say of a session.
HOURS_DUE = f"""
create function hours_due(_company uuid, _session uuid) returns table (account text, kind text, strand uuid, minutes integer)
language plpgsql stable {DEFINER} as $$
declare s session; a attendance; v jsonb; kept boolean;
begin
  select * into s from session x where x.company_id = _company and x.id = _session;
  if not found then return; end if;
  select * into a from attendance x where x.company_id = _company and x.session_id = _session and x.settled_at is not null
   order by x.settled_at desc, x.at desc limit 1;
  kept := found and not exists (select from attendance_line l where l.company_id = _company and l.attendance_id = a.id
                                 and l.answer = 'contested');
  if s.state = 'cancelled' then
    v := hours_values(_company, s.mission_id, s.cancelled_at);
    if s.late and (v is null or v->>'late_hours' is not null) then
      return query values ('spent', 'late', s.strand_id, s.minutes);
    end if;
  elsif not kept then
    return query values ('planned', 'session', s.strand_id, s.minutes);
  else
    v := hours_values(_company, s.mission_id, a.settled_at);
    if s.type = 'framing' and not coalesce((v->>'framing_counts')::boolean, true) and s.starts_at < (
        select min(x.in_force_at) from agreement_version x where x.company_id = _company and x.mission_id = s.mission_id) then
      return;
    end if;
    return query values ('spent', 'session', s.strand_id, a.minutes);
    if coalesce((v->>'preparation_minutes')::integer, 0) > 0 then
      return query values ('spent', 'preparation', s.strand_id, (v->>'preparation_minutes')::integer);
    end if;
  end if;
end $$
"""

# Appends what is lacking. Who acts is taken at its word; by the clock, whoever planned the session.
HOURS_SETTLE = f"""
create function hours_settle(_company uuid, _mission uuid, _session uuid, _by uuid) returns void
language sql {DEFINER} as $$
  insert into hours_entry (company_id, id, mission_id, strand_id, account, kind, minutes, subject_id, at, by_id)
  select _company, gen_random_uuid(), _mission, d.strand, d.account, d.kind, sum(d.minutes)::integer, _session, now(),
         coalesce((select k.id from contact k where k.company_id = _company and k.company_id = acting_company()
                    and k.person_id = acting_person()), _by)
    from (select x.account, x.kind, x.strand, x.minutes from hours_due(_company, _session) x
          union all
          select e.account, e.kind, e.strand_id, -e.minutes from hours_entry e
           where e.company_id = _company and e.subject_id = _session) d
   group by d.account, d.kind, d.strand having sum(d.minutes) <> 0
$$
"""

OF_SESSION = f"""
create function hours_of_session() returns trigger language plpgsql {DEFINER} as $$
begin
  if tg_op = 'DELETE' then
    perform hours_settle(old.company_id, old.mission_id, old.id, old.author_id);
  else
    perform hours_settle(new.company_id, new.mission_id, new.id, new.author_id);
  end if;
  return null;
end $$
"""

# What was agreed; and another rule in force is another reading of what was done before.
OF_MISSION = f"""
create function hours_of_mission() returns trigger language plpgsql {DEFINER} as $$
declare agreed integer;
begin
  select coalesce(sum(e.minutes), 0) into agreed from hours_entry e
   where e.company_id = new.company_id and e.mission_id = new.id and e.account = 'agreed';
  if new.hours <> agreed then
    insert into hours_entry (company_id, id, mission_id, strand_id, account, kind, minutes, subject_id, at, by_id)
    values (new.company_id, gen_random_uuid(), new.id, null, 'agreed', 'agreement', new.hours - agreed, new.id, now(),
            coalesce((select k.id from contact k where k.company_id = new.company_id and k.company_id = acting_company()
                       and k.person_id = acting_person()), new.created_by));
  end if;
  if tg_op = 'UPDATE' and new.rule_id is distinct from old.rule_id then
    perform hours_settle(s.company_id, s.mission_id, s.id, s.author_id) from session s
      where s.company_id = new.company_id and s.mission_id = new.id;
  end if;
  return null;
end $$
"""

# An answer: once all have said that it took place it stands; one who contests undoes what it had spent.
OF_ANSWER = f"""
create function hours_of_answer() returns trigger language plpgsql {DEFINER} as $$
declare a attendance;
begin
  select * into a from attendance x where x.company_id = new.company_id and x.id = new.attendance_id;
  if a.superseded_at is null and a.settled_at is null and not exists (
      select from attendance_line l where l.company_id = a.company_id and l.attendance_id = a.id
         and (l.answer is null or l.answer = 'contested')) then
    update attendance x set settled_at = new.answered_at where x.company_id = a.company_id and x.id = a.id;
  end if;
  perform hours_settle(a.company_id, a.mission_id, a.session_id, a.author_id);
  return null;
end $$
"""

OF_PIECE = f"""
create function hours_of_piece() returns trigger language plpgsql {DEFINER} as $$
declare due integer; said integer;
begin
  due := case when new.withdrawn_at is null
    then coalesce((hours_values(new.company_id, new.mission_id, new.at)->>'report_minutes')::integer, 0) else 0 end;
  select coalesce(sum(e.minutes), 0) into said from hours_entry e
   where e.company_id = new.company_id and e.subject_id = new.id;
  if due <> said then
    insert into hours_entry (company_id, id, mission_id, strand_id, account, kind, minutes, subject_id, at, by_id)
    values (new.company_id, gen_random_uuid(), new.mission_id, new.strand_id, 'spent', 'report', due - said, new.id, now(),
            new.author_id);
  end if;
  return null;
end $$
"""

# By the clock: what a mentor said and nobody answered for seven days stands, and is awaited no more.
STANDS = f"""
create function attendance_stands(_at timestamptz) returns table (zone uuid, mission uuid, strand uuid, session uuid)
language plpgsql {DEFINER} as $$
declare a attendance; said timestamptz;
begin
  for a in select * from attendance x where x.settled_at is null and x.superseded_at is null
            and x.at <= _at - interval '7 days' for no key update skip locked loop
    select min(l.answered_at) into said from attendance_line l
     where l.company_id = a.company_id and l.attendance_id = a.id and l.role = 'mentor' and l.answer = 'present';
    if said is null or said > _at - interval '7 days' or exists (
        select from attendance_line l where l.company_id = a.company_id and l.attendance_id = a.id
           and l.answer = 'contested') then
      continue;
    end if;
    update attendance x set settled_at = said + interval '7 days', silent = true
     where x.company_id = a.company_id and x.id = a.id;
    perform hours_settle(a.company_id, a.mission_id, a.session_id, a.author_id);
    delete from awaited w where w.company_id = a.company_id and w.subject_id = a.session_id
       and w.kind = 'schedule.attendance';
    return query select s.zone_id, s.mission_id, s.strand_id, s.id from session s
      where s.company_id = a.company_id and s.id = a.session_id;
  end loop;
end $$
"""

# Those who are to come to a session, but whoever acts is told too: their diary is to hold it. Each job acts as one of them.
# What a demonstration says of its past (_at) is told to nobody.
TELL_OF_DATE = f"""
create function tell_of_date(_session uuid, _at timestamptz) returns integer language sql {DEFINER} as $$
  select count(defer_as('session_invitation', jsonb_build_object('session_id', _session, 'sequence', w.sequence),
    w.person_id, acting_company()))::integer
  from (select distinct k.person_id, s.sequence from session s
          join participation p on (p.company_id, p.mission_id) = (s.company_id, s.mission_id) and p.until_at is null
           and p.role = any (s.roles) and p.reads_from <= now()
           and (s.strand_id is null or p.strand_id = s.strand_id
                or p.strand_id is null and (p.opened_ids is null or s.strand_id = any (p.opened_ids)))
          join contact k on (k.company_id, k.id) = (p.company_id, p.contact_id)
         where s.company_id = acting_company() and s.id = _session and s.zone_id = any (my_zones())
           and s.starts_at is not null and k.person_id is not null and _at > now() - interval '1 day') w
$$
"""

# What a private address opens, whoever asks: a language, and when its maker is expected. No title, no place, no name.
FEED_LANGUAGE = f"""
create function feed_language(_hash bytea) returns text language sql stable {DEFINER} as $$
  select p.language from calendar_feed f join person p on p.id = f.person_id where f.token_hash = _hash
$$
"""
FEED_DATES = f"""
create function feed_dates(_hash bytea) returns table (session uuid, slug text, mission uuid, starts_at timestamptz,
  local_at timestamp, timezone text, minutes integer, sequence integer, cancelled boolean, changed_at timestamptz)
language sql stable {DEFINER} as $$
  select distinct on (s.starts_at, s.id) s.id, c.slug, s.mission_id, s.starts_at, s.local_at, s.timezone, s.minutes,
         s.sequence, s.state = 'cancelled', coalesce(s.cancelled_at, s.held_at, s.created_at)
    from calendar_feed f
    join contact k on k.person_id = f.person_id
    join participation p on (p.company_id, p.contact_id) = (k.company_id, k.id)
     and p.reads_from <= now() and (p.until_at is null or p.until_at > now())
    join mission m on (m.company_id, m.id) = (p.company_id, p.mission_id)
    join matrix_cell n on (n.company_id, n.rule_id, n.kind, n.role) = (m.company_id, m.rule_id, 'calendar', p.role)
    join session s on (s.company_id, s.mission_id) = (p.company_id, p.mission_id) and p.role = any (s.roles)
     and (s.strand_id is null or p.strand_id = s.strand_id
          or p.strand_id is null and (p.opened_ids is null or s.strand_id = any (p.opened_ids)))
    join company c on c.id = s.company_id
   where f.token_hash = _hash and s.starts_at > now() - interval '1 year'
   order by s.starts_at, s.id limit 500
$$
"""

FUNCTIONS = {  # signature → (body, who may call it; '': other functions of this file alone)
    "my_hours()": (MY_HOURS, APP),
    "hours_values(uuid, uuid, timestamptz)": (HOURS_VALUES, ""),
    "hours_due(uuid, uuid)": (HOURS_DUE, ""),
    "hours_settle(uuid, uuid, uuid, uuid)": (HOURS_SETTLE, ""),
    "hours_of_session()": (OF_SESSION, OWNER),  # who makes the triggers
    "hours_of_mission()": (OF_MISSION, OWNER),
    "hours_of_answer()": (OF_ANSWER, OWNER),
    "hours_of_piece()": (OF_PIECE, OWNER),
    "attendance_stands(timestamptz)": (STANDS, JOBS),
    "tell_of_date(uuid, timestamptz)": (TELL_OF_DATE, APP),
    "feed_language(bytea)": (FEED_LANGUAGE, APP),
    "feed_dates(bytea)": (FEED_DATES, APP),
}
TRIGGERS = {
    (
        "session",
        "hours_of_session",
    ): "insert or delete or update of state, minutes, strand_id, type, starts_at, late",
    ("mission", "hours_of_mission"): "insert or update of hours, rule_id",
    ("attendance_line", "hours_of_answer"): "update of answer",
    ("piece", "hours_of_piece"): "insert or update of withdrawn_at",
}
# Missions and sessions that were there before the ledger.
SO_FAR = """
do $$ begin
  insert into hours_entry (company_id, id, mission_id, strand_id, account, kind, minutes, subject_id, at, by_id)
  select m.company_id, gen_random_uuid(), m.id, null, 'agreed', 'agreement', m.hours, m.id, now(), m.created_by
    from mission m where m.hours <> 0;
  perform hours_settle(s.company_id, s.mission_id, s.id, s.author_id) from session s;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "hours_entry",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=True),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("account in ('agreed', 'planned', 'spent')", name=op.f("ck_hours_entry_account")),
        sa.CheckConstraint(
            "kind in ('agreement', 'session', 'preparation', 'late', 'report')",
            name=op.f("ck_hours_entry_kind"),
        ),
        sa.CheckConstraint("minutes <> 0", name=op.f("ck_hours_entry_minutes")),
        sa.ForeignKeyConstraint(
            ["company_id", "by_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_hours_entry_company_id_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_hours_entry_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strand_id"],
            ["strand.company_id", "strand.id"],
            name=op.f("fk_hours_entry_company_id_strand_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_hours_entry")),
    )
    op.create_index(
        op.f("ix_hours_entry_company_id_mission_id"),
        "hours_entry",
        ["company_id", "mission_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_hours_entry_company_id_subject_id"),
        "hours_entry",
        ["company_id", "subject_id"],
        unique=False,
    )
    op.create_table(
        "attendance",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_attendance_minutes")),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_attendance_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "session_id"],
            ["session.company_id", "session.id"],
            name=op.f("fk_attendance_company_id_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_attendance_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_attendance")),
    )
    op.create_index("ix_attendance_zone", "attendance", ["company_id", "zone_id", "session_id"], unique=False)
    op.create_index(
        "uq_attendance_open",
        "attendance",
        ["company_id", "session_id"],
        unique=True,
        postgresql_where="superseded_at is null and settled_at is null",
    )
    op.create_table(
        "attendance_line",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("attendance_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answer in ('present', 'absent', 'contested')", name=op.f("ck_attendance_line_answer")
        ),
        sa.CheckConstraint("role in ('mentor', 'mentee')", name=op.f("ck_attendance_line_role")),
        sa.CheckConstraint(
            "(answer is null) = (answered_at is null)", name=op.f("ck_attendance_line_answered")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "attendance_id"],
            ["attendance.company_id", "attendance.id"],
            name=op.f("fk_attendance_line_company_id_attendance_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_attendance_line_company_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_attendance_line_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_attendance_line")),
    )
    op.create_index(
        op.f("ix_attendance_line_company_id_attendance_id_contact_id"),
        "attendance_line",
        ["company_id", "attendance_id", "contact_id"],
        unique=True,
    )
    op.create_index(
        "ix_attendance_line_zone", "attendance_line", ["company_id", "zone_id", "attendance_id"], unique=False
    )
    op.create_table(
        "piece",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_piece_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_piece_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strand_id"],
            ["strand.company_id", "strand.id"],
            name=op.f("fk_piece_company_id_strand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_piece_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_piece")),
    )
    op.create_index("ix_piece_zone", "piece", ["company_id", "zone_id", "strand_id"], unique=False)
    op.create_index(
        "uq_piece_once",
        "piece",
        ["company_id", "strand_id"],
        unique=True,
        postgresql_where="withdrawn_at is null",
    )
    op.create_table(
        "plan_assent",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_plan_assent_company_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_plan_assent_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strand_id"],
            ["strand.company_id", "strand.id"],
            name=op.f("fk_plan_assent_company_id_strand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_plan_assent_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_plan_assent")),
    )
    op.create_index(
        "ix_plan_assent_zone", "plan_assent", ["company_id", "zone_id", "strand_id"], unique=False
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("person_id", name=op.f("uq_calendar_feed_person_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.execute(f"revoke insert, update, delete on hours_entry from {APP}")
    op.execute("grant insert on hours_entry to trialogue_system")
    op.execute(f"revoke update, delete on attendance, attendance_line, piece, plan_assent from {APP}")
    op.execute(f"grant update (superseded_at) on attendance to {APP}")
    op.execute(f"grant update (answer, word, answered_at) on attendance_line to {APP}")
    op.execute(f"grant update (withdrawn_at) on piece, plan_assent to {APP}")
    op.execute("grant update on attendance to trialogue_system")
    with as_system(op):
        op.execute(ROOMS.facts("schedule", FACTS))
        for signature, (body, caller) in FUNCTIONS.items():
            op.execute(body)
            op.execute(f"revoke all on function {signature} from public")
            if caller:
                op.execute(f"grant execute on function {signature} to {caller}")
    wall(op, *TABLES)
    with as_system(op):
        op.execute(SO_FAR)
    for (table, name), when in TRIGGERS.items():
        op.execute(f"create trigger {name} after {when} on {table} for each row execute function {name}()")


def downgrade() -> None:
    for table, name in TRIGGERS:
        op.execute(f"drop trigger {name} on {table}")
    # the policies read by what is dropped below go with their table
    for table in reversed(TABLES):
        op.drop_table(table)
    with as_system(op):
        op.execute(ROOMS.facts("schedule", SCHEDULE.FACTS))
        for signature in reversed(FUNCTIONS):
            op.execute(f"drop function {signature}")
