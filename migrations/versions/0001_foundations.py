"""Who acts, and the few functions that policies ask: they look across, so trialogue_system owns them.

They stand before the tables that they read, since every policy names one of them.
"""

from alembic import op

from migrations.rls import as_system

revision = "0001"
down_revision = None

ACTING = {"company": "company_id", "person": "person_id", "contact": "contact_id"}


# job_ticket is here, before the queue, because enter() reads it; trialogue_jobs writes it.
TICKET = """
create table job_ticket (token_hash bytea primary key, person_id uuid not null, company_id uuid,
  made_at timestamptz not null default now())
"""

ENTER = """
create function enter(token_hash bytea, company_slug text, out person uuid, out company uuid, out contact uuid)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare bound uuid;  -- sets all or none: a refused call leaves nobody acting, whoever acted before
begin
  if token_hash <> '' then
    select w.person_id, w.company_id into person, bound from (
      select s.person_id, null::uuid as company_id from sign_in s
       where s.token_hash = $1 and s.expires_at > now() and s.idle_until > now()
      union all select t.person_id, t.company_id from job_ticket t where t.token_hash = $1) w;
  end if;
  if person is not null and (company_slug is not null or bound is not null) then
    select c.id, k.id into company, contact from company c
      join contact k on k.company_id = c.id and k.person_id = person
     where case when bound is null then c.slug = company_slug
                else c.id = bound and c.slug = coalesce(company_slug, c.slug) end
       and (not k.staff or exists (select from staff f where f.firm_id = c.firm_id and f.person_id = person
                                     and f.accepted_at is not null and f.until_at is null)
            or exists (select from participation p where p.company_id = c.id and p.contact_id = k.id));
  end if;
  -- signed in, but not a member of the company that was asked for: nobody acts
  perform set_config('app.person_id', case when person is null or (company_slug is not null and company is null)
                                           then '' else person::text end, true),
          set_config('app.company_id', coalesce(company::text, ''), true),
          set_config('app.contact_id', coalesce(contact::text, ''), true),
          set_config('app.zones', '', true), set_config('app.missions', '', true),  -- what is kept of whoever acted
          set_config('app.contacts', '', true);
end $$
"""

MY_FIRMS = """
create function my_firms() returns uuid[] language sql stable security definer set search_path = pg_catalog, public as $$
  select coalesce(array_agg(f.firm_id), '{}') from staff f
   where f.person_id = acting_person() and f.accepted_at is not null and f.until_at is null
$$
"""

IS_STAFF_HERE = """
create function is_staff_here() returns boolean language sql stable security definer
set search_path = pg_catalog, public as $$
  select exists (select from company c join staff f on f.firm_id = c.firm_id
    where c.id = acting_company() and f.person_id = acting_person() and f.accepted_at is not null and f.until_at is null)
$$
"""

# A seat counts from reads_from, so that nobody gains reading by a staff act alone.
MY_MISSIONS = """
create function my_missions() returns uuid[] language sql stable security definer set search_path = pg_catalog, public as $$
  select coalesce(array_agg(id), '{}') from (
    select p.mission_id as id from contact k join participation p on (p.company_id, p.contact_id) = (k.company_id, k.id)
     where k.company_id = acting_company() and k.person_id = acting_person()
       and p.reads_from <= now() and (p.until_at is null or p.until_at > now())
    union
    select m.id from mission m where m.company_id = acting_company() and is_staff_here()) r
$$
"""

MY_CONTACTS = """
create function my_contacts() returns uuid[] language sql stable security definer set search_path = pg_catalog, public as $$
  select coalesce(array_agg(id), '{}') from (
    select k.id from contact k where k.company_id = acting_company()
       and (k.person_id = acting_person() or is_staff_here())
    union
    select p.contact_id from participation p
     where p.company_id = acting_company() and p.mission_id = any (my_missions())
    union
    select m.created_by from mission m where m.company_id = acting_company() and m.id = any (my_missions())) r
$$
"""

# Start from the person, not from the zones: 1 ms instead of 19 for 5,000 zones.
MY_ZONES = """
create function my_zones() returns uuid[] language sql stable security definer set search_path = pg_catalog, public as $$
  select coalesce(array_agg(id), '{}') from (
    select z.id from contact k
      join zone z on (z.company_id, z.author_id) = (k.company_id, k.id) and z.audience = 'author'
     where k.company_id = acting_company() and k.person_id = acting_person()
    union
    select z.id from contact k
      join participation p on (p.company_id, p.contact_id) = (k.company_id, k.id)
       and p.reads_from <= now() and (p.until_at is null or p.until_at > now())
      join mission m on (m.company_id, m.id) = (p.company_id, p.mission_id)
      join zone z on (z.company_id, z.mission_id) = (m.company_id, m.id)
       and (z.strand_id is null or p.strand_id is null or p.strand_id = z.strand_id)
      join matrix_cell w on (w.company_id, w.rule_id, w.kind, w.role) = (z.company_id, z.rule_id, z.kind, p.role)
      join matrix_cell n on (n.company_id, n.rule_id, n.kind, n.role) = (z.company_id, m.rule_id, z.kind, p.role)
     where k.company_id = acting_company() and k.person_id = acting_person()
       and p.role = any (case z.audience when 'pair' then '{mentor,mentee}' when 'group' then '{mentor,mentee}'
             when 'parties' then '{mentor,mentee,manager}' when 'everyone' then '{mentor,mentee,manager,sponsor,hr}'
             else '{}' end::text[])) r
$$
"""

FUNCTIONS = {
    "my_firms()": MY_FIRMS,
    "is_staff_here()": IS_STAFF_HERE,
    "my_missions()": MY_MISSIONS,
    "my_contacts()": MY_CONTACTS,
    "my_zones()": MY_ZONES,
    "enter(bytea, text)": ENTER,
}


def upgrade() -> None:
    for who, setting in ACTING.items():
        # nullif: after the first transaction of a pooled connection the setting reads '', not NULL
        op.execute(
            f"create function acting_{who}() returns uuid language sql stable parallel safe"
            f" return nullif(current_setting('app.{setting}', true), '')::uuid"
        )
        op.execute(
            f"grant execute on function acting_{who}() to"
            " trialogue_app, trialogue_live, trialogue_jobs, trialogue_system"
        )
    # never TRUNCATE: it ignores policies
    op.execute(
        "alter default privileges in schema public grant select, insert, update, delete on tables to trialogue_app"
    )
    op.execute("alter default privileges in schema public grant select on tables to trialogue_system")
    op.execute("alter default privileges in schema public grant usage on sequences to trialogue_app")
    # without IN SCHEMA: the per-schema form does nothing
    op.execute("alter default privileges revoke execute on functions from public")
    for role in ("trialogue_system", "trialogue_jobs"):
        op.execute(f"set role {role}")  # as themselves: their owner does not inherit them
        op.execute("alter default privileges revoke execute on functions from public")
        op.execute("reset role")
    op.execute(TICKET)
    op.execute("revoke all on job_ticket from trialogue_app")
    op.execute("grant insert, select, delete on job_ticket to trialogue_jobs")
    op.execute("set local check_function_bodies = off")  # their tables come in the next steps
    with as_system(op):
        for body in FUNCTIONS.values():
            op.execute(body)
        for name in FUNCTIONS:
            op.execute(f"grant execute on function {name} to trialogue_app, trialogue_live")


def downgrade() -> None:
    op.execute("set role trialogue_system")
    for name in reversed(FUNCTIONS):
        op.execute(f"drop function {name}")
    op.execute("reset role")
    op.execute("drop table job_ticket")
    for role in ("trialogue_system", "trialogue_jobs"):
        op.execute(f"set role {role}")
        op.execute("alter default privileges grant execute on functions to public")
        op.execute("reset role")
    op.execute("alter default privileges grant execute on functions to public")
    op.execute("alter default privileges in schema public revoke usage on sequences from trialogue_app")
    op.execute("alter default privileges in schema public revoke select on tables from trialogue_system")
    op.execute(
        "alter default privileges in schema public revoke select, insert, update, delete on tables from trialogue_app"
    )
    for who in ACTING:
        op.execute(f"drop function acting_{who}()")
