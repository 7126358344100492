"""What an outgoing mentor leaves; a difficulty told to one person of the firm; what waits for one person alone.

Everything here is written by functions that judge for themselves who acts: the application reads, and no more.
"""

import sqlalchemy as sa
from alembic import op

from migrations.rls import as_system, rewall, wall

revision = "0029"
down_revision = "0028"

DEFINER = "security definer set search_path = pg_catalog, public"
APP, SYSTEM, JOBS = "trialogue_app", "trialogue_system", "trialogue_jobs"
TIME = sa.DateTime(timezone=True)
TABLES = ("difficulty", "difficulty_word", "handover")

# -- a difficulty ---------------------------------------------------------------------------------------------------

SITS_IN = f"""
create function sits_in(_company uuid, _mission uuid, _contact uuid) returns boolean language sql stable {DEFINER} as $$
  select exists (select from participation p where p.company_id = _company and p.mission_id = _mission
    and p.contact_id = _contact and p.reads_from <= now() and (p.until_at is null or p.until_at > now()))
$$
"""

# Whoever is of the firm now and never had a part in the mission.
HEARS_OUT = f"""
create function hears_out(_company uuid, _mission uuid, _contact uuid) returns boolean language sql stable {DEFINER} as $$
  select exists (select from contact k join company c on c.id = k.company_id
                   join staff f on f.firm_id = c.firm_id and f.person_id = k.person_id
                  where k.company_id = _company and k.id = _contact and f.accepted_at is not null and f.until_at is null)
     and not exists (select from participation p join contact o on (o.company_id, o.id) = (p.company_id, p.contact_id)
                       join contact k on (k.company_id, k.person_id) = (o.company_id, o.person_id)
                      where p.company_id = _company and p.mission_id = _mission and k.id = _contact)
$$
"""

# To whom one may tell it, by name, for whoever takes part: who leads the firm first.
DIFFICULTY_NAMED = f"""
create function difficulty_named(_mission uuid) returns table (contact uuid, name text, role text)
language sql stable {DEFINER} as $$
  select k.id, trim(k.given_name || ' ' || k.family_name), f.role from company c
    join staff f on f.firm_id = c.firm_id and f.accepted_at is not null and f.until_at is null
    join contact k on k.company_id = c.id and k.person_id = f.person_id
   where c.id = acting_company() and sits_in(c.id, _mission, acting_contact()) and f.person_id <> acting_person()
     and hears_out(c.id, _mission, k.id)
   order by f.role <> 'owner', f.accepted_at, k.id
$$
"""

# The two of each thread, while the one takes part and the other is of the firm without a part in the mission.
MY_DIFFICULTIES = f"""
create function my_difficulties() returns uuid[] language plpgsql stable {DEFINER} as $$
begin
  return (select coalesce(array_agg(d.id), '{{}}') from difficulty d
   where d.company_id = acting_company() and (
     d.author_id = acting_contact() and sits_in(d.company_id, d.mission_id, d.author_id)
     or d.contact_id = acting_contact() and hears_out(d.company_id, d.mission_id, d.contact_id)));
end $$
"""

# Their names, which the walls on contacts need not show to each other; whether the one told can still be.
DIFFICULTY_PEOPLE = f"""
create function difficulty_people(_mission uuid) returns table (id uuid, author text, title text, named text, there boolean)
language sql stable {DEFINER} as $$
  select d.id, trim(a.given_name || ' ' || a.family_name), a.title, trim(n.given_name || ' ' || n.family_name),
         hears_out(d.company_id, d.mission_id, d.contact_id)
    from difficulty d
    join contact a on (a.company_id, a.id) = (d.company_id, d.author_id)
    join contact n on (n.company_id, n.id) = (d.company_id, d.contact_id)
   where d.company_id = acting_company() and d.mission_id = _mission and d.id = any (my_difficulties())
$$
"""

OPEN_DIFFICULTY = f"""
create function open_difficulty(_id uuid, _mission uuid, _named uuid, _word uuid, _text text) returns void
language plpgsql {DEFINER} as $$
begin
  if not exists (select from difficulty_named(_mission) n where n.contact = _named) then
    raise 'not somebody to tell it to' using errcode = 'insufficient_privilege';
  end if;
  insert into difficulty (company_id, id, mission_id, author_id, contact_id, at)
  values (acting_company(), _id, _mission, acting_contact(), _named, now()) on conflict do nothing;
  if not found then return; end if;
  perform write_difficulty(_id, _word, _text);
end $$
"""

WRITE_DIFFICULTY = f"""
create function write_difficulty(_id uuid, _word uuid, _text text) returns void language plpgsql {DEFINER} as $$
declare d difficulty; here time := (now() at time zone 'Europe/Paris')::time;
begin
  select * into d from difficulty x where x.company_id = acting_company() and x.id = _id for update;
  if d.id is null or d.closed_at is not null
     or not (d.author_id = acting_contact() and sits_in(d.company_id, d.mission_id, d.author_id)
             or d.contact_id = acting_contact() and hears_out(d.company_id, d.mission_id, d.contact_id)) then
    raise 'not one of the two' using errcode = 'insufficient_privilege';
  end if;
  insert into difficulty_word (company_id, id, difficulty_id, author_id, text, at)
  values (d.company_id, _word, d.id, acting_contact(), _text, clock_timestamp()) on conflict do nothing;
  if not found then return; end if;
  update difficulty x set read_at = null where x.company_id = d.company_id and x.id = d.id;
  if here >= '08:00' and here < '20:00' then  -- at night nobody is written to: the clock tells at eight
    perform tell_person(k.person_id, null) from contact k where k.company_id = d.company_id and k.person_id is not null
       and k.id = case when d.author_id = acting_contact() then d.contact_id else d.author_id end;
  end if;
end $$
"""

READ_DIFFICULTY = f"""
create function read_difficulty(_id uuid) returns void language plpgsql {DEFINER} as $$
begin
  update difficulty d set read_at = now()
   where d.company_id = acting_company() and d.id = _id and d.id = any (my_difficulties()) and d.read_at is null
     and acting_contact() <> (select w.author_id from difficulty_word w where w.company_id = d.company_id
                               and w.difficulty_id = d.id order by w.at desc, w.id limit 1);
end $$
"""

CLOSE_DIFFICULTY = f"""
create function close_difficulty(_id uuid) returns void language sql {DEFINER} as $$
  update difficulty d set closed_at = now()
   where d.company_id = acting_company() and d.id = _id and d.author_id = acting_contact() and d.closed_at is null
     and d.id = any (my_difficulties())
$$
"""

# -- what an outgoing mentor leaves -----------------------------------------------------------------------------------

# For fifteen days after their part ended, and unless they are a mentor there again: the strands that were open to them, the
# mentee of each if there still is one.
DEPARTURES = f"""
create function departures(_person uuid) returns table (company uuid, mission uuid, contact uuid, participation uuid,
  strand uuid, mentee uuid, mentee_name text, ended timestamptz, until timestamptz)
language sql stable {DEFINER} as $$
  select distinct on (s.company_id, s.id) p.company_id, p.mission_id, p.contact_id, p.id, s.id, e.id, e.name, p.until_at,
         p.until_at + interval '15 days'
    from contact k
    join participation p on (p.company_id, p.contact_id) = (k.company_id, k.id)
    join strand s on (s.company_id, s.mission_id) = (p.company_id, p.mission_id)
     and (p.strand_id is null and (p.opened_ids is null or s.id = any (p.opened_ids)) or p.strand_id = s.id)
    left join lateral (select c.id, trim(c.given_name || ' ' || c.family_name) as name
            from participation n join contact c on (c.company_id, c.id) = (n.company_id, n.contact_id)
           where n.company_id = s.company_id and n.strand_id = s.id and n.role = 'mentee' and n.reads_from <= now()
             and (n.until_at is null or n.until_at > now()) limit 1) e on true
   where k.person_id = _person and p.role = 'mentor' and p.reads_from < p.until_at
     and p.until_at <= now() and p.until_at > now() - interval '15 days'
     and not exists (select from participation q where q.company_id = p.company_id and q.mission_id = p.mission_id
                       and q.contact_id = p.contact_id and q.role = 'mentor' and (q.until_at is null or q.until_at > now()))
   order by s.company_id, s.id, p.until_at desc
$$
"""

MY_DEPARTURES = f"""
create function my_departures(_mission uuid) returns table (participation uuid, strand uuid, mentee uuid, mentee_name text,
  title text, ended timestamptz, until timestamptz) language sql stable {DEFINER} as $$
  select d.participation, d.strand, d.mentee, d.mentee_name, m.title, d.ended, d.until
    from departures(acting_person()) d join mission m on (m.company_id, m.id) = (d.company, d.mission)
    join strand s on (s.company_id, s.id) = (d.company, d.strand)
   where d.company = acting_company() and d.mission = _mission order by s.position
$$
"""

# Their own word on sessions of that time, which somebody proposed and nobody settled. No place, no summary.
DEPARTING_SESSIONS = f"""
create function departing_sessions(_person uuid) returns table (company uuid, mission uuid, attendance uuid, session uuid,
  line uuid, zone uuid, strand uuid, type text, local_at timestamp, minutes integer, together boolean, author uuid)
language sql stable {DEFINER} as $$
  select distinct l.company_id, a.mission_id, a.id, s.id, l.id, l.zone_id, a.strand_id, s.type, s.local_at, a.minutes,
         s.strand_id is null, a.author_id
    from departures(_person) d
    join attendance_line l on (l.company_id, l.contact_id) = (d.company, d.contact)
    join attendance a on (a.company_id, a.id) = (l.company_id, l.attendance_id) and a.mission_id = d.mission
    join session s on (s.company_id, s.id) = (a.company_id, a.session_id)
   where l.answer is null and l.role = 'mentor' and a.superseded_at is null and a.settled_at is null and s.starts_at < d.ended
     and not exists (select from attendance_line o where o.company_id = a.company_id and o.attendance_id = a.id
                       and o.answer = 'contested')
$$
"""
MY_DEPARTING_SESSIONS = f"""
create function my_departing_sessions(_mission uuid) returns table (attendance uuid, session uuid, zone uuid, strand uuid,
  type text, local_at timestamp, minutes integer, together boolean) language sql stable {DEFINER} as $$
  select d.attendance, d.session, d.zone, d.strand, d.type, d.local_at, d.minutes, d.together
    from departing_sessions(acting_person()) d where d.company = acting_company() and d.mission = _mission
   order by d.local_at, d.session
$$
"""

# To contest takes a word, and asks whoever proposed it for another one.
ANSWER_DEPARTING = f"""
create function answer_departing(_mission uuid, _attendance uuid, _answer text, _word text) returns boolean
language plpgsql {DEFINER} as $$
declare d record;
begin
  select * into d from departing_sessions(acting_person()) x
   where x.company = acting_company() and x.mission = _mission and x.attendance = _attendance;
  if not found then return false; end if;
  if _answer = 'contested' then
    insert into awaited (company_id, id, zone_id, mission_id, strand_id, contact_id, kind, subject_id, since)
    values (d.company, gen_random_uuid(), d.zone, d.mission, d.strand, d.author, 'schedule.attendance', d.session, now())
    on conflict do nothing;
  end if;
  update attendance_line l set answer = _answer, answered_at = now(), word = case _answer when 'contested' then _word else '' end
   where l.company_id = d.company and l.id = d.line;
  return true;
end $$
"""

# Its author for that time; once it was handed over, the mentee; once they opened it, the mentors of the strand.
MY_HANDOVERS = f"""
create function my_handovers() returns uuid[] language plpgsql stable {DEFINER} as $$
begin
  return (select coalesce(array_agg(h.id), '{{}}') from handover h
   where h.company_id = acting_company() and (
     h.author_id = acting_contact()
       and exists (select from departures(acting_person()) d where d.company = h.company_id and d.strand = h.strand_id)
     or h.delivered_at is not null and exists (
       select from participation p where p.company_id = h.company_id and p.mission_id = h.mission_id
          and p.contact_id = acting_contact() and p.reads_from <= now() and (p.until_at is null or p.until_at > now())
          and (p.role = 'mentee' and p.strand_id = h.strand_id
               or p.role = 'mentor' and h.opened_at is not null and (p.strand_id = h.strand_id
                  or p.strand_id is null and (p.opened_ids is null or h.strand_id = any (p.opened_ids)))))));
end $$
"""

# The revision that it has now; null: another text was kept meanwhile, or it was handed over.
KEEP_HANDOVER = f"""
create function keep_handover(_mission uuid, _strand uuid, _id uuid, _text text, _revision integer, _deliver boolean)
returns integer language plpgsql {DEFINER} as $$
declare d record; h handover;
begin
  select * into d from departures(acting_person()) x
   where x.company = acting_company() and x.mission = _mission and x.strand = _strand;
  if not found or d.mentee is null then raise 'not theirs to leave' using errcode = 'insufficient_privilege'; end if;
  insert into handover (company_id, id, mission_id, strand_id, author_id, ended_at, text, revision)
  values (d.company, _id, d.mission, d.strand, d.contact, d.ended, '', 0) on conflict do nothing;
  select * into h from handover x where x.company_id = d.company and x.strand_id = d.strand and x.author_id = d.contact
     and x.ended_at = d.ended for update;
  if h.id is null or h.delivered_at is not null or h.revision <> _revision then return null; end if;
  update handover x set text = _text, revision = x.revision + 1, delivered_at = case when _deliver then now() end
   where x.company_id = h.company_id and x.id = h.id;
  if _deliver and (now() at time zone 'Europe/Paris')::time between '08:00' and '20:00' then
    perform tell_person(k.person_id, null) from contact k
      where k.company_id = d.company and k.id = d.mentee and k.person_id is not null;
  end if;
  return h.revision + 1;
end $$
"""

SETTLE_HANDOVER = f"""
create function settle_handover(_id uuid, _opens boolean) returns boolean language plpgsql {DEFINER} as $$
begin
  update handover h set opened_at = case when _opens then now() end, kept_at = case when not _opens then now() end
   where h.company_id = acting_company() and h.id = _id and h.delivered_at is not null and h.opened_at is null
     and exists (select from participation p where p.company_id = h.company_id and p.strand_id = h.strand_id
                   and p.contact_id = acting_contact() and p.role = 'mentee' and p.reads_from <= now()
                   and (p.until_at is null or p.until_at > now()));
  return found;
end $$
"""

# What was not handed over goes with the page.
FORGET_HANDOVERS = f"""
create function forget_handovers() returns integer language sql {DEFINER} as $$
  with gone as (delete from handover h where h.delivered_at is null and h.ended_at < now() - interval '15 days' returning 1)
  select count(*)::integer from gone
$$
"""

# -- what waits for one person alone ----------------------------------------------------------------------------------

# Of one person (null: of everybody). These waits stand in no zone: nobody else is told that there is one.
OWN_WAITS = f"""
create function own_waits(_person uuid) returns table (person uuid, id uuid, company text, slug text, firm text, mission uuid,
  title text, strand uuid, mentee text, kind text, subject uuid, number bigint, since timestamptz, due_on date)
language sql stable {DEFINER} as $$
  select k.person_id, d.id, c.name, c.slug, c.firm_name, m.id, m.title, null::uuid, null::text,
         case when k.id = d.author_id then 'difficulty.read' else 'difficulty.answer' end, d.id, 0::bigint, w.at, null::date
    from difficulty d
    cross join lateral (select x.author_id, x.at from difficulty_word x
                         where x.company_id = d.company_id and x.difficulty_id = d.id order by x.at desc, x.id limit 1) w
    join contact k on k.company_id = d.company_id
     and k.id = case when w.author_id = d.author_id then d.contact_id else d.author_id end
    join company c on c.id = d.company_id
    join mission m on (m.company_id, m.id) = (d.company_id, d.mission_id)
   where d.closed_at is null and d.read_at is null and (_person is null or k.person_id = _person)
     and k.person_id is not null
     and case when k.id = d.author_id then sits_in(d.company_id, d.mission_id, k.id)
              else hears_out(d.company_id, d.mission_id, k.id) end
  union all
  select k.person_id, h.id, c.name, c.slug, c.firm_name, m.id, m.title, h.strand_id,
         trim(k.given_name || ' ' || k.family_name), 'handover.read', h.id, 0::bigint, h.delivered_at, null::date
    from handover h
    join participation p on (p.company_id, p.strand_id) = (h.company_id, h.strand_id) and p.role = 'mentee'
     and p.reads_from <= now() and (p.until_at is null or p.until_at > now())
    join contact k on (k.company_id, k.id) = (p.company_id, p.contact_id)
    join company c on c.id = h.company_id
    join mission m on (m.company_id, m.id) = (h.company_id, h.mission_id)
   where h.delivered_at is not null and h.opened_at is null and h.kept_at is null
     and (_person is null or k.person_id = _person) and k.person_id is not null
$$
"""
# Of an outgoing mentor: one for each mission that they have left, while there is something to leave.
LEAVING = f"""
create function leaving(_person uuid) returns table (id uuid, company text, slug text, firm text, mission uuid, title text,
  strand uuid, mentee text, kind text, subject uuid, number bigint, since timestamptz, due_on date)
language sql stable {DEFINER} as $$
  select distinct on (m.company_id, m.id) d.participation, c.name, c.slug, c.firm_name, m.id, m.title, null::uuid, null::text,
         'handover.leave', d.participation, 0::bigint, d.ended, (d.until at time zone 'Europe/Paris')::date
    from departures(_person) d
    join company c on c.id = d.company
    join mission m on (m.company_id, m.id) = (d.company, d.mission)
   where d.mentee is not null and not exists (select from handover h where h.company_id = d.company and h.strand_id = d.strand
            and h.author_id = d.contact and h.ended_at = d.ended and h.delivered_at is not null)
      or exists (select from departing_sessions(_person) x where x.company = d.company and x.mission = d.mission)
   order by m.company_id, m.id, d.ended
$$
"""
MY_OWN_WAITS = f"""
create function my_own_waits() returns table (id uuid, company text, slug text, firm text, mission uuid, title text,
  strand uuid, mentee text, kind text, subject uuid, number bigint, since timestamptz, due_on date)
language sql stable {DEFINER} as $$
  select o.id, o.company, o.slug, o.firm, o.mission, o.title, o.strand, o.mentee, o.kind, o.subject, o.number, o.since, o.due_on
    from own_waits(acting_person()) o where acting_person() is not null
  union all select * from leaving(acting_person())
  order by 12, 1
$$
"""
TELL_ALL_OWN = f"""
create function tell_all_own() returns integer language sql {DEFINER} as $$
  select coalesce(sum(tell_person(w.person, null)), 0)::integer from (
    select o.person from own_waits(null) o
    union
    select k.person_id from participation p join contact k on (k.company_id, k.id) = (p.company_id, p.contact_id)
     where p.role = 'mentor' and p.until_at > now() - interval '15 days' and k.person_id is not null
       and exists (select from leaving(k.person_id))) w
$$
"""

FUNCTIONS = {  # signature → (body, who may call it; '': other functions of this file alone)
    "sits_in(uuid, uuid, uuid)": (SITS_IN, ""),
    "hears_out(uuid, uuid, uuid)": (HEARS_OUT, ""),
    "difficulty_named(uuid)": (DIFFICULTY_NAMED, APP),
    "my_difficulties()": (MY_DIFFICULTIES, APP),
    "difficulty_people(uuid)": (DIFFICULTY_PEOPLE, APP),
    "write_difficulty(uuid, uuid, text)": (WRITE_DIFFICULTY, APP),
    "open_difficulty(uuid, uuid, uuid, uuid, text)": (OPEN_DIFFICULTY, APP),
    "read_difficulty(uuid)": (READ_DIFFICULTY, APP),
    "close_difficulty(uuid)": (CLOSE_DIFFICULTY, APP),
    "departures(uuid)": (DEPARTURES, ""),
    "my_departures(uuid)": (MY_DEPARTURES, APP),
    "departing_sessions(uuid)": (DEPARTING_SESSIONS, ""),
    "my_departing_sessions(uuid)": (MY_DEPARTING_SESSIONS, APP),
    "answer_departing(uuid, uuid, text, text)": (ANSWER_DEPARTING, APP),
    "my_handovers()": (MY_HANDOVERS, APP),
    "keep_handover(uuid, uuid, uuid, text, integer, boolean)": (KEEP_HANDOVER, APP),
    "settle_handover(uuid, boolean)": (SETTLE_HANDOVER, APP),
    "forget_handovers()": (FORGET_HANDOVERS, JOBS),
    "own_waits(uuid)": (OWN_WAITS, ""),
    "leaving(uuid)": (LEAVING, ""),
    "my_own_waits()": (MY_OWN_WAITS, APP),
    "tell_all_own()": (TELL_ALL_OWN, JOBS),
}
COUNTED = ("'mine', my_count())", "'mine', my_count() + (select count(*) from my_own_waits()))")


def upgrade() -> None:
    _difficulty()
    _handover()
    with as_system(op):
        for signature, (body, caller) in FUNCTIONS.items():
            op.execute(body)
            if caller:
                op.execute(f"grant execute on function {signature} to {caller}")
        _rewrite("mission_state", *COUNTED)
    wall(op, *TABLES)
    for table in TABLES:
        op.execute(f"revoke insert, update, delete on {table} from {APP}")
        op.execute(f"grant insert, update on {table} to {SYSTEM}")
    op.execute(f"grant delete on handover to {SYSTEM}")
    rewall(op, "attendance_line")
    op.execute(f"grant update on attendance_line to {SYSTEM}")


def downgrade() -> None:
    with as_system(op):
        _rewrite("mission_state", *reversed(COUNTED))
    op.execute(f"revoke update on attendance_line from {SYSTEM}")
    op.execute("drop policy system_rows on attendance_line")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute(f"set role {SYSTEM}")
    for signature in reversed(FUNCTIONS):
        op.execute(f"drop function {signature}")
    op.execute("reset role")


def _difficulty() -> None:
    op.create_table(
        "difficulty",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("read_at", TIME, nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_difficulty_company_id_mission_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_difficulty_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_difficulty_company_id_contact_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_difficulty")),
    )
    op.create_index(
        "uq_difficulty_open",
        "difficulty",
        ["company_id", "mission_id", "author_id"],
        unique=True,
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_index(op.f("ix_difficulty_company_id_contact_id"), "difficulty", ["company_id", "contact_id"])
    op.create_table(
        "difficulty_word",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("difficulty_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint("length(text) between 1 and 4000", name=op.f("ck_difficulty_word_text")),
        sa.ForeignKeyConstraint(
            ["company_id", "difficulty_id"],
            ["difficulty.company_id", "difficulty.id"],
            name=op.f("fk_difficulty_word_company_id_difficulty_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_difficulty_word_company_id_author_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_difficulty_word")),
    )
    op.create_index(
        op.f("ix_difficulty_word_company_id_difficulty_id"),
        "difficulty_word",
        ["company_id", "difficulty_id", "at"],
    )


def _handover() -> None:
    op.create_table(
        "handover",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", TIME, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("delivered_at", TIME, nullable=True),
        sa.Column("opened_at", TIME, nullable=True),
        sa.Column("kept_at", TIME, nullable=True),
        sa.CheckConstraint("length(text) <= 8000", name=op.f("ck_handover_text")),
        sa.CheckConstraint(
            "opened_at is null or delivered_at is not null", name=op.f("ck_handover_read_first")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_handover_company_id_mission_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "strand_id"],
            ["strand.company_id", "strand.id"],
            name=op.f("fk_handover_company_id_strand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_handover_company_id_author_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_handover")),
    )
    op.create_index(
        "uq_handover_once", "handover", ["company_id", "strand_id", "author_id", "ended_at"], unique=True
    )
    op.create_index(op.f("ix_handover_company_id_mission_id"), "handover", ["company_id", "mission_id"])


def _rewrite(name: str, old: str, new: str) -> None:
    """The function as it stands, with other words in place of those. Raises ValueError where they do not stand once."""
    body = op.get_bind().exec_driver_sql("select pg_get_functiondef(%s::regproc)", (name,)).scalar_one()
    if body.count(old) != 1:
        raise ValueError(f"{name}: {old}")
    op.get_bind().exec_driver_sql(body.replace(old, new).replace("%", "%%"))
