"""The queue, which the application can fill through ``defer`` alone; who is told what; the clock's functions.

The queue's tables have no row-level security: PostgreSQL hides the detail of a unique violation from a role that is
subject to policies, and the worker asserts on it. They are granted to ``trialogue_jobs`` alone instead.
"""

from alembic import op

from migrations.rls import as_system, wall
from tenants.walls import JOBS
from webapp.work.schema import queue_schema

revision = "0010"
down_revision = "0009"

TABLES = "procrastinate_jobs, procrastinate_events, procrastinate_workers, procrastinate_periodic_defers"
SEQUENCES = "procrastinate_jobs_id_seq, procrastinate_events_id_seq, procrastinate_periodic_defers_id_seq"
DEFINER = "security definer set search_path = pg_catalog, public"

# A job holds ids and short words, never content; the ticket is made here and is the only proof of who acts. It rests in
# the queue until the job has ended, so it is hashed otherwise than a session's token: a copied one opens no page.
DEFER_AS = f"""
create function defer_as(task text, args jsonb, person uuid, company uuid, at timestamptz default null) returns bigint
language plpgsql {DEFINER} as $$
declare ticket text := gen_random_uuid()::text || gen_random_uuid()::text; job bigint;
begin
  if exists (select from jsonb_each(args) e where jsonb_typeof(e.value) not in ('string', 'number')
              or (e.value #>> '{{}}') !~ '^([0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}|[a-z0-9_.-]{{1,40}})$') then
    raise 'a job holds ids only' using errcode = 'check_violation';
  end if;
  args := args - 'ticket' - 'company_id';
  if person is not null then
    insert into job_ticket (token_hash, person_id, company_id) values (sha384(ticket::bytea), person, company);
    args := args || jsonb_build_object('ticket', ticket);
  end if;
  select (procrastinate_defer_jobs_v1(array[row('default', task, 0, null, null, args, at)
    ::procrastinate_job_to_defer_v1]))[1] into job;
  return job;
end $$
"""

DEFER = f"""
create function defer(task text, args jsonb, at timestamptz default null) returns bigint
language plpgsql {DEFINER} as $$
begin
  if acting_person() is null then raise 'nobody is acting' using errcode = 'insufficient_privilege'; end if;
  return defer_as(task, args, acting_person(), acting_company(), at);
end $$
"""

# The claim on the day and the job are one statement's work: a person is told once a day, whoever asks, however often.
TELL_PERSON = f"""
create function tell_person(who uuid, at timestamptz) returns integer language plpgsql {DEFINER} as $$
declare today date := (now() at time zone 'Europe/Paris')::date; every integer;
begin
  select case p.rhythm when 'daily' then 1 when 'weekly' then 7 end into every from person p where p.id = who;
  if every is null or exists (select from mail_day d where d.person_id = who and d.day > today - every) then
    return 0;
  end if;
  insert into mail_day (person_id, day) values (who, today) on conflict do nothing;
  if not found then return 0; end if;
  perform defer_as('awaits', '{{}}', who, null, at);
  return 1;
end $$
"""

# Those of whom something is awaited in a zone that the actor reads; the actor is not told of his own act.
TELL_AWAITED = f"""
create function tell_awaited(zone uuid, at timestamptz) returns integer language sql {DEFINER} as $$
  select coalesce(sum(tell_person(w.person_id, tell_awaited.at)), 0)::integer from (
    select distinct k.person_id from awaited a
      join zone z on (z.company_id, z.id) = (a.company_id, a.zone_id) and z.audience <> 'author'
      join contact k on (k.company_id, k.id) = (a.company_id, a.contact_id)
     where a.company_id = acting_company() and a.zone_id = tell_awaited.zone and a.zone_id = any (my_zones())
       and k.person_id is not null and k.person_id <> acting_person()) w
$$
"""

TELL_AT_EIGHT = f"""
create function tell_all_awaited() returns integer language sql {DEFINER} as $$
  select coalesce(sum(tell_person(w.person_id, null)), 0)::integer from (
    select distinct k.person_id from awaited a
      join contact k on (k.company_id, k.id) = (a.company_id, a.contact_id)
      join zone z on (z.company_id, z.id) = (a.company_id, a.zone_id) and z.audience <> 'author'
     where k.person_id is not null) w
$$
"""

# Mentees and, but of a new mentor, whom mentees accept, the mentors who read; each job acts as the one it tells.
TELL_OF_READER = f"""
create function tell_of_reader(participation uuid) returns integer language sql {DEFINER} as $$
  select count(defer_as('new_reader', jsonb_build_object('participation_id', tell_of_reader.participation),
                        w.person_id, acting_company()))::integer from (
    select distinct k.person_id from participation n
      join participation p on (p.company_id, p.mission_id) = (n.company_id, n.mission_id)
       and p.until_at is null and p.contact_id <> n.contact_id
       and (n.strand_id is null or p.strand_id is null or p.strand_id = n.strand_id)
       and (p.role = 'mentee' or (p.role = 'mentor' and n.role <> 'mentor' and p.reads_from <= now()))
      join contact k on (k.company_id, k.id) = (p.company_id, p.contact_id)
     where n.company_id = acting_company() and n.id = tell_of_reader.participation and not n.first_team
       and n.until_at is null and n.mission_id = any (my_missions()) and k.person_id is not null) w
$$
"""

STAFF_INVITATION = f"""
create function issue_staff_invitation(staff uuid, hash bytea, out address text, out name text, out firm text,
  out role text) language plpgsql {DEFINER} as $$
begin
  update staff s set token_hash = hash
   where s.id = issue_staff_invitation.staff and s.accepted_at is null and s.until_at is null
     and coalesce(s.expires_at > now(), true)
  returning s.address, s.name, s.role, (select f.name from firm f where f.id = s.firm_id)
   into address, name, role, firm;
end $$
"""

# One link under each mail ends them; its token is made by the worker, and only its hash comes here.
KEEP_STOP = f"""
create function keep_mail_stop(hash bytea) returns void language sql {DEFINER} as $$
  insert into mail_stop (token_hash, person_id, made_at) select hash, acting_person(), now()
   where acting_person() is not null
$$
"""
RHYTHM_BY_LINK = f"""
create function rhythm_by_link(hash bytea, wanted text) returns text language plpgsql {DEFINER} as $$
declare who uuid; present text;
begin
  select p.id, p.rhythm into who, present from mail_stop s join person p on p.id = s.person_id where s.token_hash = hash;
  if who is not null and wanted in ('daily', 'weekly', 'never') then
    update person set rhythm = wanted where id = who;
    present := wanted;
  end if;
  return present;
end $$
"""

# What has ended opens nothing; a month later its very token is forgotten.
FORGET_ENDED = f"""
create function forget_ended() returns void language sql {DEFINER} as $$
  delete from sign_in where expires_at <= now() or idle_until <= now();
  delete from sign_in_request where asked_at < now() - interval '1 day';
  delete from spent_challenge where until < now();
  delete from device where seen_at < now() - interval '400 days';
  delete from mail_day where day < current_date - 60;
  delete from mail_stop where made_at < now() - interval '400 days';
  update invitation set token_hash = null where token_hash is not null and expires_at < now() - interval '30 days';
  update staff set token_hash = null where token_hash is not null and expires_at < now() - interval '30 days';
$$
"""

# The companies in which the person has a seat: where a digest has to look, each through its own walls.
MY_COMPANIES = f"""
create function my_companies() returns table (slug text, name text, firm text) language sql stable {DEFINER} as $$
  select c.slug, c.name, c.firm_name from company c
   where exists (select from contact k where k.company_id = c.id and k.person_id = acting_person()
                  and exists (select from participation p where (p.company_id, p.contact_id) = (k.company_id, k.id)))
   order by c.name, c.id
$$
"""

# A job that has ended leaves no proof behind, in the queue or beside it.
FORGET_TICKET = f"""
create function queue_forget_ticket() returns trigger language plpgsql {DEFINER} as $$
begin
  delete from job_ticket t where t.token_hash = sha384((old.args ->> 'ticket')::bytea);
  if tg_op = 'UPDATE' then new.args := new.args - 'ticket'; return new; end if;
  return old;
end $$
"""
TRIGGERS = (
    """create trigger queue_job_gone before delete on procrastinate_jobs for each row
    execute function queue_forget_ticket()""",
    """create trigger queue_job_ended before update of status on procrastinate_jobs for each row
    when (new.status in ('succeeded', 'failed', 'cancelled', 'aborted')) execute function queue_forget_ticket()""",
)

SYSTEMS = {
    "tell_person(uuid, timestamptz)": (TELL_PERSON, None),
    "tell_awaited(uuid, timestamptz)": (TELL_AWAITED, "trialogue_app"),
    "tell_all_awaited()": (TELL_AT_EIGHT, "trialogue_jobs"),
    "tell_of_reader(uuid)": (TELL_OF_READER, "trialogue_app"),
    "issue_staff_invitation(uuid, bytea)": (STAFF_INVITATION, "trialogue_jobs"),
    "keep_mail_stop(bytea)": (KEEP_STOP, "trialogue_app"),
    "rhythm_by_link(bytea, text)": (RHYTHM_BY_LINK, "trialogue_app"),
    "forget_ended()": (FORGET_ENDED, "trialogue_jobs"),
    "my_companies()": (MY_COMPANIES, "trialogue_app"),
}


def upgrade() -> None:
    queue_schema(op.get_bind().connection.driver_connection)
    op.execute(f"revoke all on {TABLES}, queue_schema from trialogue_app, trialogue_system")
    op.execute(f"revoke all on {SEQUENCES} from trialogue_app")
    op.execute(f"grant select, insert, update, delete on {TABLES} to trialogue_jobs")
    op.execute(f"grant usage on {SEQUENCES} to trialogue_jobs")
    _each_of_the_queue("f", "grant execute on function %s to trialogue_jobs")
    op.execute(
        "alter table job_ticket add constraint fk_job_ticket_person_id foreign key (person_id) references person on delete cascade"
    )
    op.execute(
        "alter table job_ticket add constraint fk_job_ticket_company_id foreign key (company_id) references company on delete cascade"
    )
    wall(op, "job_ticket")
    op.execute(
        "create table mail_day (person_id uuid not null references person on delete cascade, day date not null, primary key (person_id, day))"
    )
    op.execute(
        "create table mail_stop (token_hash bytea primary key, person_id uuid not null references person on delete cascade, made_at timestamptz not null)"
    )
    op.execute("create index ix_mail_stop_person_id on mail_stop (person_id)")
    wall(op, "mail_day", "mail_stop")
    op.execute("revoke all on mail_day, mail_stop from trialogue_app")
    op.execute("grant insert, update, delete on mail_day, mail_stop to trialogue_system")
    with as_system(op, JOBS):
        op.execute(DEFER_AS)
        op.execute(DEFER)
        op.execute(
            "grant execute on function defer_as(text, jsonb, uuid, uuid, timestamptz) to trialogue_system"
        )
        op.execute("grant execute on function defer(text, jsonb, timestamptz) to trialogue_app")
        op.execute(FORGET_TICKET)
        op.execute(
            "grant execute on function queue_forget_ticket() to trialogue_owner"
        )  # to make the triggers
    for trigger in TRIGGERS:
        op.execute(trigger)
    with as_system(op):
        for name, (body, caller) in SYSTEMS.items():
            op.execute(body)
            if caller:
                op.execute(f"grant execute on function {name} to {caller}")


def downgrade() -> None:
    with as_system(op):
        for name in reversed(SYSTEMS):
            op.execute(f"drop function {name}")
    with as_system(op, JOBS):
        op.execute("drop function defer(text, jsonb, timestamptz)")
        op.execute("drop function defer_as(text, jsonb, uuid, uuid, timestamptz)")
    op.execute("drop table mail_day, mail_stop")
    for policy in ("ticket_rows", "company_wall", "across"):
        op.execute(f"drop policy {policy} on job_ticket")
    op.execute("alter table job_ticket no force row level security, disable row level security")
    op.execute(
        "alter table job_ticket drop constraint fk_job_ticket_person_id, drop constraint fk_job_ticket_company_id"
    )
    op.execute(f"drop table {TABLES}, queue_schema cascade")
    with as_system(op, JOBS):
        op.execute("drop function queue_forget_ticket()")
    _each_of_the_queue("f", "drop function %s cascade")
    _each_of_the_queue("t", "drop type %s cascade")


def _each_of_the_queue(kind: str, statement: str) -> None:
    """Run a statement for each function ('f') or type ('t') that the package brought."""
    source = {
        "f": "select p.oid::regprocedure::text from pg_proc p where p.proname like 'procrastinate\\_%'",
        "t": "select t.oid::regtype::text from pg_type t where t.typname like 'procrastinate\\_%'"
        " and (t.typtype = 'e' or exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c'))",
    }[kind]
    for (name,) in op.get_bind().exec_driver_sql(source.replace("%", "%%")).fetchall():
        op.execute(statement % name)
