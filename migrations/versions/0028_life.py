"""Suspending, taking up again, ending early.

While something is suspended nothing in it is awaited and no clock runs; once it has ended, attendance alone is awaited.
Functions of earlier steps, whatever step wrote them last, ask ``still_awaited`` and count with ``paused_days``.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

from migrations.rls import as_system, rewall, wall

revision = "0028"
down_revision = "0027"

ROOMS = import_module("migrations.versions.0015_rooms")
DEFINER = ROOMS.DEFINER
APP, SYSTEM, JOBS = "trialogue_app", "trialogue_system", "trialogue_jobs"
TODAY = "(now() at time zone 'Europe/Paris')::date"
TIME = sa.DateTime(timezone=True)

# Missions and strands whose life the acting person may know: where they sit, whatever the matrix; all for the staff.
MY_LIVES = f"""
create function my_lives() returns uuid[] language sql stable {DEFINER} as $$
  select coalesce(array_agg(distinct x.id), '{{}}') from (
    select unnest(array[s.id, s.mission_id]) as id from strand s
     where s.company_id = acting_company() and ((select is_staff_here()) or exists (
       select from participation p where p.company_id = s.company_id and p.mission_id = s.mission_id
          and p.contact_id = acting_contact()
          and (p.strand_id = s.id or p.strand_id is null and (p.opened_ids is null or s.id = any (p.opened_ids)))
          and p.reads_from <= now() and (p.until_at is null or p.until_at > now())))) x
$$
"""

# Whether that day is within a suspension of the strand or of its mission. Without a strand: of the mission alone, or of
# the one strand that it has.
PAUSED_ON = f"""
create function paused_on(_company uuid, _mission uuid, _strand uuid, _day date) returns boolean
language sql stable {DEFINER} as $$
  select exists (select from pause p where p.company_id = _company and p.mission_id = _mission
    and _day between p.from_on and coalesce(p.until_on, 'infinity')
    and (p.strand_id is null or p.strand_id = _strand
         or _strand is null and not exists (select from strand s where s.company_id = _company
              and s.mission_id = _mission and s.id <> p.strand_id)))
$$
"""

# Days between two moments, the second's own left out, that were suspended: those that ages and delays do not count.
PAUSED_DAYS = f"""
create function paused_days(_company uuid, _mission uuid, _strand uuid, _from timestamptz, _until timestamptz)
returns integer language sql stable {DEFINER} as $$
  select count(distinct d)::integer from pause p
    cross join lateral generate_series(
      greatest(p.from_on, (_from at time zone 'Europe/Paris')::date)::timestamp,
      least(coalesce(p.until_on, 'infinity'), (_until at time zone 'Europe/Paris')::date - 1)::timestamp, '1 day') d
   where p.company_id = _company and p.mission_id = _mission
     and (p.strand_id is null or p.strand_id = _strand
          or _strand is null and not exists (select from strand s where s.company_id = _company
               and s.mission_id = _mission and s.id <> p.strand_id))
$$
"""

# Whether a wait counts today: nothing does while suspended; once it has ended, attendance alone. What is of the whole
# mission stops for a person when every strand in which they sit does.
STILL_AWAITED = f"""
create function still_awaited(_company uuid, _mission uuid, _strand uuid, _contact uuid, _kind text) returns boolean
language plpgsql stable {DEFINER} as $$
declare today date := {TODAY}; own uuid[];
begin
  if not exists (select from pause p where p.company_id = _company and p.mission_id = _mission)
     and not exists (select from early_end e where e.company_id = _company and e.mission_id = _mission) then
    return true;
  end if;
  if _strand is not null then own := array[_strand];
  else own := array(select s.id from strand s join participation p
         on (p.company_id, p.mission_id) = (s.company_id, s.mission_id)
        and (p.strand_id is null and (p.opened_ids is null or s.id = any (p.opened_ids)) or p.strand_id = s.id)
       where s.company_id = _company and s.mission_id = _mission and p.contact_id = _contact
         and (p.until_at is null or p.until_at > now()));
  end if;
  if exists (select from pause p where p.company_id = _company and p.mission_id = _mission and p.strand_id is null
               and today between p.from_on and coalesce(p.until_on, 'infinity'))
     or cardinality(own) > 0 and not exists (select from unnest(own) o where not paused_on(_company, _mission, o, today))
  then return false; end if;
  return _kind = 'schedule.attendance' or not (
    exists (select from early_end e where e.company_id = _company and e.mission_id = _mission
              and e.strand_id is null and e.effective_on <= today)
    or cardinality(own) > 0 and not exists (select from unnest(own) o where not exists (
         select from early_end e where e.company_id = _company and e.mission_id = _mission and e.strand_id = o
            and e.effective_on <= today)));
end $$
"""

# Since when somebody is awaited, the suspended days left out.
AWAITED_SINCE = f"""
create function awaited_since(_company uuid, _mission uuid, _strand uuid, _since timestamptz) returns timestamptz
language sql stable {DEFINER} as $$
  select _since + make_interval(days => paused_days(_company, _mission, _strand, _since, now()))
$$
"""

# Until when a one-time task opens: suspended days are added.
TASK_UNTIL = f"""
create function task_until(_task task) returns timestamptz language sql stable {DEFINER} as $$
  select _task.expires_at + make_interval(days => paused_days(_task.company_id, _task.mission_id,
    (select z.strand_id from zone z where (z.company_id, z.id) = (_task.company_id, _task.zone_id)), _task.made_at, now()))
$$
"""

# For the rail, the pages and home: of the strands that the acting person may know, what is suspended now or to come,
# and what has ended or is to.
FACTS = f"""
  select nullif(jsonb_strip_nulls(jsonb_build_object(
    'pauses', (select jsonb_agg(jsonb_build_array(p.strand_id, p.from_on, p.until_on) order by p.from_on, p.id)
       from pause p where p.company_id = _company and p.mission_id = _mission and cardinality(_strands) > 0
        and (p.strand_id is null or p.strand_id = any (_strands)) and coalesce(p.until_on, 'infinity') >= {TODAY}),
    'ends', (select jsonb_agg(jsonb_build_array(e.strand_id, e.effective_on) order by e.effective_on, e.id)
       from early_end e where e.company_id = _company and e.mission_id = _mission and cardinality(_strands) > 0
        and (e.strand_id is null or e.strand_id = any (_strands))))), '{{}}')
"""

# An early end made in this very transaction settles the dates: what was to come is cancelled and spends nothing, and
# whoever had it in their diary is told. Returns what is to be read again.
SETTLE_END = f"""
create function settle_end(_end uuid) returns table (zone uuid, strand uuid, session uuid)
language plpgsql {DEFINER} as $$
declare e early_end; s session; was text; w record;
begin
  select * into e from early_end x where x.company_id = acting_company() and x.id = _end
     and x.by_id = acting_contact() and x.at > now() - interval '10 minutes';
  if not found then return; end if;
  for s in select * from session x where x.company_id = e.company_id and x.mission_id = e.mission_id
      and (e.strand_id is null or x.strand_id = e.strand_id) and x.state in ('to_plan', 'planned')
      and (x.starts_at is null or x.starts_at > now() and (x.starts_at at time zone 'Europe/Paris')::date >= e.effective_on)
      for update loop
    update session x set state = 'cancelled', cancelled_at = now(), cancelled_by = e.by_id, late = false,
        sequence = x.sequence + (s.state = 'planned')::integer, revision = x.revision + 1
     where x.company_id = s.company_id and x.id = s.id;
    update slot_poll x set closed_at = now() where x.company_id = s.company_id and x.session_id = s.id
       and x.closed_at is null;
    delete from awaited a where a.company_id = s.company_id and a.subject_id = s.id and a.kind = 'schedule.slot';
    if s.state = 'planned' then
      perform defer_as('session_invitation', jsonb_build_object('session_id', s.id, 'sequence', s.sequence + 1),
                       k.person_id, s.company_id)
         from (select distinct c.person_id from participation p
                 join contact c on (c.company_id, c.id) = (p.company_id, p.contact_id)
                where p.company_id = s.company_id and p.mission_id = s.mission_id and p.until_at is null
                  and p.role = any (s.roles) and p.reads_from <= now() and c.person_id is not null
                  and (s.strand_id is null or p.strand_id = s.strand_id
                       or p.strand_id is null and (p.opened_ids is null or s.strand_id = any (p.opened_ids)))) k;
    end if;
    zone := s.zone_id; strand := s.strand_id; session := s.id;
    return next;
  end loop;
end $$
"""

# Who takes part in what was suspended, taken up again or ended, whoever acts apart: one job each, acting as them.
TELL_OF_LIFE = f"""
create function tell_of_life(_mission uuid, _strand uuid, _what text, _from date, _until date) returns integer
language sql {DEFINER} as $$
  select count(defer_as('life_mail', jsonb_strip_nulls(jsonb_build_object('mission_id', _mission, 'what', _what, 'from_on', _from,
    'until_on', _until)), w.person_id, acting_company()))::integer
  from (select distinct k.person_id from participation p
          join contact k on (k.company_id, k.id) = (p.company_id, p.contact_id)
         where p.company_id = acting_company() and p.mission_id = _mission and p.until_at is null and p.reads_from <= now()
           and (_strand is null or p.strand_id = _strand
                or p.strand_id is null and (p.opened_ids is null or _strand = any (p.opened_ids)))
           and coalesce(_strand, _mission) = any (my_lives())
           and k.person_id is not null and k.person_id <> acting_person()) w
$$
"""

FUNCTIONS = {  # signature → (body, who may call it; '': other functions alone)
    "paused_on(uuid, uuid, uuid, date)": (PAUSED_ON, APP),
    "paused_days(uuid, uuid, uuid, timestamptz, timestamptz)": (PAUSED_DAYS, ""),
    "still_awaited(uuid, uuid, uuid, uuid, text)": (STILL_AWAITED, ""),
    "awaited_since(uuid, uuid, uuid, timestamptz)": (AWAITED_SINCE, ""),
    "task_until(task)": (TASK_UNTIL, ""),
    "settle_end(uuid)": (SETTLE_END, APP),
    "tell_of_life(uuid, uuid, text, date, date)": (TELL_OF_LIFE, APP),
}

ASKS = "and still_awaited(a.company_id, a.mission_id, a.strand_id, a.contact_id, a.kind)"
SINCE = "awaited_since(a.company_id, a.mission_id, a.strand_id, a.since)"
MINE = "where k.person_id = acting_person()"
STOPS = "paused_on(a.company_id, a.mission_id, a.strand_id, (_at at time zone 'Europe/Paris')::date)"
LEFT_OUT = "make_interval(days => paused_days(a.company_id, a.mission_id, a.strand_id, said, _at))"
REVEALS = "make_interval(days => paused_days(c, _mission, null, since, now()))"
# function → the words that it had and has, in turn. Each stands in it once.
TURNS: dict[str, tuple[tuple[str, str], ...]] = {
    "objectives_state_of": (
        (
            "'counts', coalesce(",
            "'life', life_facts(_company, _mission, (select my_strands(_company, _mission))), 'counts', coalesce(",
        ),
        (
            "where a.company_id = _company and a.mission_id = _mission\n",
            f"where a.company_id = _company and a.mission_id = _mission {ASKS}\n",
        ),
        (
            "w.kind, w.contact_id, w.since,",
            "w.kind, w.contact_id, awaited_since(_company, _mission, w.strand_id, w.since),",
        ),
    ),
    "my_count": ((f"{MINE} and exists", f"{MINE} {ASKS} and exists"),),
    "my_waits": (
        (f"{MINE} and exists", f"{MINE} {ASKS} and exists"),
        ("a.since, a.due_on\n", f"{SINCE}, a.due_on\n"),
    ),
    "waits_on_others": (
        (f"{MINE}\n   order by", f"{MINE} {ASKS}\n   order by"),
        ("a.since, a.due_on, a.reminded_at\n", f"{SINCE}, a.due_on, a.reminded_at\n"),
    ),
    "tell_all_awaited": (("where k.person_id is not null)", f"where k.person_id is not null {ASKS})"),),
    "tell_awaited": (("and a.zone_id = any (my_zones())\n", f"and a.zone_id = any (my_zones()) {ASKS}\n"),),
    "tell_to_sign": (("and a.zone_id = any (my_zones())\n", f"and a.zone_id = any (my_zones()) {ASKS}\n"),),
    "attendance_stands": (
        (
            "said > _at - interval '7 days' or exists",
            f"{STOPS}\n       or said > _at - interval '7 days' - {LEFT_OUT} or exists",
        ),
        ("said + interval '7 days',", f"said + interval '7 days' + {LEFT_OUT},"),
    ),
    "enter": (("t.expires_at > now()", "task_until(t) > now()"),),
    "task_told": (("t.expires_at <= now()", "task_until(t) <= now()"),),
    "my_tasks": (("t.expires_at <= now()", "task_until(t) <= now()"),),
    "forget_links": (
        ("delete from task where expires_at < now()", "delete from task t where task_until(t) < now()"),
    ),
    "reveal_expectations": (
        (
            "coalesce(told <= (now() at time zone 'Europe/Paris')::date, false)",
            f"coalesce(told + paused_days(c, _mission, null, since, now()) <= {TODAY}, false)",
        ),
        (
            "coalesce(since <= now() - interval '3 days', false)",
            f"coalesce(since <= now() - interval '3 days' - {REVEALS}, false)\n       and not paused_on(c, _mission, null, {TODAY})",
        ),
    ),
}
GREETED = "'hides', (select jsonb_agg"
ENDED = f"""'ended', (select jsonb_agg(jsonb_build_array(e.mission_id, e.strand_id)) from early_end e
                 where e.company_id = w.company and e.effective_on <= {TODAY}),
      """


def upgrade() -> None:
    _tables()
    with as_system(op):  # the walls ask it
        op.execute(MY_LIVES)
        op.execute("revoke all on function my_lives() from public")
        op.execute(f"grant execute on function my_lives() to {APP}")
    wall(op, "pause", "early_end", "early_word")
    op.execute(f"revoke delete on pause from {APP}")
    op.execute(f"revoke update, delete on early_end, early_word from {APP}")
    op.execute(f"grant update on slot_poll to {SYSTEM}")
    rewall(op, "slot_poll")
    with as_system(op):
        for signature, (body, caller) in FUNCTIONS.items():
            op.execute(body)
            op.execute(f"revoke all on function {signature} from public")
            if caller:
                op.execute(f"grant execute on function {signature} to {caller}")
        op.execute(ROOMS.facts("life", FACTS))
        op.execute("revoke all on function life_facts(uuid, uuid, uuid[]) from public")
        for name, turns in TURNS.items():
            _rewrite(name, *turns)
    _rewrite("greet", (GREETED, ENDED + GREETED))


def downgrade() -> None:
    _rewrite("greet", (ENDED, ""))
    with as_system(op):
        for name, turns in TURNS.items():
            _rewrite(name, *((new, old) for old, new in turns))
        op.execute("drop function life_facts(uuid, uuid, uuid[])")
        for signature in ("tell_of_life(uuid, uuid, text, date, date)", "settle_end(uuid)", "task_until(task)",
                          "awaited_since(uuid, uuid, uuid, timestamptz)",
                          "still_awaited(uuid, uuid, uuid, uuid, text)",
                          "paused_days(uuid, uuid, uuid, timestamptz, timestamptz)",
                          "paused_on(uuid, uuid, uuid, date)"):  # fmt: skip
            op.execute(f"drop function {signature}")
    op.execute(f"revoke update on slot_poll from {SYSTEM}")
    for table in ("early_word", "early_end", "pause"):
        op.drop_table(table)
    with as_system(op):
        op.execute("drop function my_lives()")


def _rewrite(name: str, *turns: tuple[str, str]) -> None:
    """The function as it stands, words put in place of others, whatever step wrote it last. Raises ValueError."""
    body = op.get_bind().exec_driver_sql("select pg_get_functiondef(%s::regproc)", (name,)).scalar_one()
    for old, new in turns:
        if body.count(old) != 1:
            raise ValueError(f"{name}: {old}")
        body = body.replace(old, new)
    op.get_bind().exec_driver_sql(body.replace("%", "%%"))


def _tables() -> None:
    op.create_table(
        "pause",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("resumed_at", TIME, nullable=True),
        sa.Column("shifted_at", TIME, nullable=True),
        sa.CheckConstraint("until_on >= from_on - 1", name=op.f("ck_pause_days")),
        *_within("pause", mission="mission_id", strand="strand_id", contact="by_id"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_pause")),
    )
    op.create_index(op.f("ix_pause_company_id_mission_id"), "pause", ["company_id", "mission_id"])
    op.create_table(
        "early_end",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("strand_id", sa.Uuid(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        *_within("early_end", mission="mission_id", strand="strand_id", contact="by_id"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_early_end")),
    )
    op.create_index(
        "uq_early_end_once", "early_end", ["company_id", "mission_id", "strand_id"], unique=True,
        postgresql_nulls_not_distinct=True,
    )  # fmt: skip
    op.create_table(
        "early_word",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("end_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        *_within("early_word", zone="zone_id", mission="mission_id", early_end="end_id", contact="author_id"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_early_word")),
    )
    op.create_index("ix_early_word_zone", "early_word", ["company_id", "zone_id"])
    op.create_index(
        op.f("ix_early_word_company_id_end_id"), "early_word", ["company_id", "end_id"], unique=True
    )


def _within(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            ["company_id", column], [f"{other}.company_id", f"{other}.id"],
            name=op.f(f"fk_{table}_company_id_{column}"),
        )
        for other, column in columns.items()
    ]  # fmt: skip
