"""What looks across: where a mission stands, and what concerns the acting person in all their companies.

Narrow by construction: ids, names, dates, hours, and counts of what is shared. No text that anybody wrote can be
returned by a function of this step, and a private draft is counted by none of them.
"""

from alembic import op

from migrations.rls import as_system

revision = "0005"
down_revision = "0004"

DEFINER = "security definer set search_path = pg_catalog, public"

# The strands of a mission that the acting person may know the standing of: staff and seats of all strands, every one;
# a mentee or a manager, their own. A seat that does not read yet gives none.
MY_STRANDS = f"""
create function my_strands(_company uuid, _mission uuid) returns uuid[] language sql stable {DEFINER} as $$
  select coalesce(array_agg(s.id), '{{}}') from strand s
   where s.company_id = _company and s.mission_id = _mission and (
     exists (select from company c join staff f on f.firm_id = c.firm_id where c.id = _company
               and f.person_id = acting_person() and f.accepted_at is not null and f.until_at is null)
     or exists (select from contact k join participation p on (p.company_id, p.contact_id) = (k.company_id, k.id)
        where k.company_id = _company and k.person_id = acting_person() and p.mission_id = _mission
          and (p.strand_id is null or p.strand_id = s.id)
          and p.reads_from <= now() and (p.until_at is null or p.until_at > now())))
$$
"""

# The zones of which the acting person may know that something is awaited there: shared by the three parties or more,
# of their strands; those about who takes part, their readers only. A draft's never, a pair's never.
STATE_OF = f"""
create function state_of(_company uuid, _mission uuid) returns jsonb language sql stable {DEFINER} as $$
  with known as (
    select z.id, z.strand_id, z.kind from zone z
     where z.company_id = _company and z.mission_id = _mission and z.audience in ('parties', 'group', 'everyone')
       and case when z.strand_id is null then cardinality(my_strands(_company, _mission)) > 0
                else z.strand_id = any (my_strands(_company, _mission)) end),
  counted as (
    select o.strand_id, count(*) as shared,
           count(*) filter (where o.agreed_id is not null and not exists (
             select from rewording r where (r.company_id, r.objective_id) = (o.company_id, o.id)
                and r.ended_at is null)) as agreed
      from objective o join known z on z.id = o.zone_id
     where o.company_id = _company and o.mission_id = _mission and o.shared_at is not null and o.closed_at is null
       and o.withdrawn_at is null
     group by o.strand_id),
  waiting as (
    select a.* from awaited a join known z on z.id = a.zone_id
     where a.company_id = _company and a.mission_id = _mission
       and (a.strand_id is null or a.strand_id = any (my_strands(_company, _mission)))
       and (z.kind <> 'team' or exists (
         select from contact k join participation p on (p.company_id, p.contact_id) = (k.company_id, k.id)
          where k.company_id = _company and k.person_id = acting_person() and p.mission_id = _mission
            and p.role in ('mentor', 'mentee') and (p.strand_id is null or z.strand_id is null or p.strand_id = z.strand_id)
            and p.reads_from <= now() and (p.until_at is null or p.until_at > now()))))
  select jsonb_build_object(
    'counts', coalesce((select jsonb_agg(jsonb_build_array(c.strand_id, c.shared, c.agreed)) from counted c), '[]'),
    'waits', coalesce((select jsonb_agg(jsonb_build_array(w.id, w.strand_id, w.kind, w.contact_id, w.since, w.due_on,
                                                          w.reminded_at) order by w.since, w.id) from waiting w), '[]'))
$$
"""

# How many things await the acting person, wherever they are: the number beside « Ce qui vous attend ».
MY_COUNT = f"""
create function my_count() returns bigint language sql stable {DEFINER} as $$
  select count(*) from contact k
    join awaited a on (a.company_id, a.contact_id) = (k.company_id, k.id)
    join zone z on (z.company_id, z.id) = (a.company_id, a.zone_id) and z.audience <> 'author'
   where k.person_id = acting_person() and exists (
     select from participation p where p.company_id = k.company_id and p.contact_id = k.id and p.mission_id = a.mission_id
        and (p.strand_id is null or a.strand_id is null or p.strand_id = a.strand_id)
        and p.reads_from <= now() and (p.until_at is null or p.until_at > now()))
$$
"""

# The rail's, for whoever may see the mission from inside its company; null for anybody else.
MISSION_STATE = f"""
create function mission_state(_mission uuid) returns jsonb language sql stable {DEFINER} as $$
  select state_of(acting_company(), _mission) || jsonb_build_object('mine', my_count())
   where _mission = any (my_missions())
$$
"""

# As the page itself counts: collective ones first, closed ones last, drafts never. 0 for what is not an objective.
OBJECTIVE_NUMBER = f"""
create function objective_number(_company uuid, _objective uuid) returns bigint language sql stable {DEFINER} as $$
  select count(*) from objective o join objective b on (b.company_id, b.mission_id) = (o.company_id, o.mission_id)
     and (b.strand_id is null or b.strand_id = o.strand_id) and b.shared_at is not null and b.withdrawn_at is null
     and (b.strand_id is not null, b.closed_at is not null, b.position, b.created_at, b.id)
      <= (o.strand_id is not null, o.closed_at is not null, o.position, o.created_at, o.id)
   where (o.company_id, o.id) = (_company, _objective) and o.shared_at is not null
$$
"""

MY_WAITS = f"""
create function my_waits() returns table (id uuid, company text, slug text, firm text, mission uuid, title text,
  strand uuid, mentee text, kind text, subject uuid, number bigint, since timestamptz, due_on date)
language sql stable {DEFINER} as $$
  select a.id, c.name, c.slug, c.firm_name, m.id, m.title, a.strand_id,
         (select e.given_name || ' ' || e.family_name from participation t
            join contact e on (e.company_id, e.id) = (t.company_id, t.contact_id)
           where t.company_id = a.company_id and t.mission_id = m.id and t.role = 'mentee' and t.strand_id = a.strand_id
           order by t.until_at is not null, t.announced_at desc limit 1),
         a.kind, a.subject_id,
         objective_number(a.company_id, a.subject_id),
         a.since, a.due_on
    from contact k
    join awaited a on (a.company_id, a.contact_id) = (k.company_id, k.id)
    join zone z on (z.company_id, z.id) = (a.company_id, a.zone_id) and z.audience <> 'author'
    join company c on c.id = a.company_id
    join mission m on (m.company_id, m.id) = (a.company_id, a.mission_id)
   where k.person_id = acting_person() and exists (
     select from participation p where p.company_id = k.company_id and p.contact_id = k.id and p.mission_id = m.id
        and (p.strand_id is null or a.strand_id is null or p.strand_id = a.strand_id)
        and p.reads_from <= now() and (p.until_at is null or p.until_at > now()))
   order by a.since, a.id
$$
"""

# What the acting person, a party of the strand, waits for from others.
WAITS_ON_OTHERS = f"""
create function waits_on_others() returns table (id uuid, company text, slug text, mission uuid, title text,
  strand uuid, mentee text, kind text, subject uuid, number bigint, contact text, since timestamptz, due_on date,
  reminded_at timestamptz)
language sql stable {DEFINER} as $$
  select distinct on (a.since, a.id) a.id, c.name, c.slug, m.id, m.title, a.strand_id,
         (select e.given_name || ' ' || e.family_name from participation t
            join contact e on (e.company_id, e.id) = (t.company_id, t.contact_id)
           where t.company_id = a.company_id and t.mission_id = m.id and t.role = 'mentee' and t.strand_id = a.strand_id
           order by t.until_at is not null, t.announced_at desc limit 1),
         a.kind, a.subject_id,
         objective_number(a.company_id, a.subject_id),
         w.given_name || ' ' || w.family_name, a.since, a.due_on, a.reminded_at
    from contact k
    join participation p on (p.company_id, p.contact_id) = (k.company_id, k.id)
     and p.role in ('mentor', 'mentee', 'manager')
     and p.reads_from <= now() and (p.until_at is null or p.until_at > now())
    join awaited a on (a.company_id, a.mission_id) = (p.company_id, p.mission_id) and a.contact_id <> k.id
     and (p.strand_id is null or a.strand_id is null or p.strand_id = a.strand_id)
    join zone z on (z.company_id, z.id) = (a.company_id, a.zone_id)
     and z.audience in ('parties', 'group', 'everyone') and (z.kind <> 'team' or p.role in ('mentor', 'mentee'))
    join contact w on (w.company_id, w.id) = (a.company_id, a.contact_id)
    join company c on c.id = a.company_id
    join mission m on (m.company_id, m.id) = (a.company_id, a.mission_id)
   where k.person_id = acting_person()
   order by a.since, a.id
$$
"""

# Where the acting person takes part, and, for the firm's staff, every mission of its companies.
MY_MISSIONS_EVERYWHERE = f"""
create function my_missions_everywhere() returns table (company text, slug text, firm text, mission uuid, title text,
  starts_on date, ends_on date, hours integer, mine jsonb, staff text, strands jsonb, people jsonb, state jsonb)
language sql stable {DEFINER} as $$
  with seats as (
    select p.company_id, p.mission_id, jsonb_agg(jsonb_build_array(p.role, p.strand_id) order by p.announced_at, p.id) as mine
      from contact k join participation p on (p.company_id, p.contact_id) = (k.company_id, k.id)
     where k.person_id = acting_person() and p.reads_from <= now() and (p.until_at is null or p.until_at > now())
     group by p.company_id, p.mission_id),
  seen as (
    select m.company_id, m.id, s.mine, null::text as staff from seats s
      join mission m on (m.company_id, m.id) = (s.company_id, s.mission_id)
    union all
    select m.company_id, m.id, '[]', f.role from staff f join company c on c.firm_id = f.firm_id
      join mission m on m.company_id = c.id
     where f.person_id = acting_person() and f.accepted_at is not null and f.until_at is null
       and not exists (select from seats s where (s.company_id, s.mission_id) = (m.company_id, m.id)))
  select c.name, c.slug, c.firm_name, m.id, m.title, m.starts_on, m.ends_on, m.hours, n.mine, n.staff,
    (select jsonb_agg(jsonb_build_array(t.id, t.position) order by t.position) from strand t
      where t.company_id = m.company_id and t.mission_id = m.id),
    (select jsonb_agg(jsonb_build_array(k.id, k.given_name, k.family_name, k.title, p.role, p.strand_id,
                                        k.person_id is not distinct from acting_person(), p.reads_from)
              order by p.announced_at, p.id)
       from participation p join contact k on (k.company_id, k.id) = (p.company_id, p.contact_id)
      where p.company_id = m.company_id and p.mission_id = m.id and (p.until_at is null or p.until_at > now())),
    state_of(m.company_id, m.id)
    from seen n join mission m on (m.company_id, m.id) = (n.company_id, n.id) join company c on c.id = m.company_id
   order by m.ends_on, m.id
$$
"""

# Invitations that wait for the acting person: sent to an address that they have proved to be theirs, or to the contact
# that is already them. They are accepted through the link of the mail, or here.
MY_INVITATIONS_PENDING = f"""
create function my_invitations_pending() returns table (id uuid, company text, firm text, title text, inviter text,
  roles text[], created_at timestamptz, expires_at timestamptz)
language sql stable {DEFINER} as $$
  select i.id, c.name, c.firm_name, m.title, b.given_name || ' ' || b.family_name,
         array(select distinct p.role from participation p where p.company_id = i.company_id
                  and p.mission_id = i.mission_id and p.contact_id = i.contact_id and p.until_at is null order by 1),
         i.created_at, i.expires_at
    from (select k.company_id, k.id from contact k where k.person_id = acting_person()
          union
          select k.company_id, k.id from address a join contact k on k.email = a.address and k.person_id is null
           where a.person_id = acting_person()) k
    join invitation i on (i.company_id, i.contact_id) = (k.company_id, k.id)
    join company c on c.id = i.company_id
    join mission m on (m.company_id, m.id) = (i.company_id, i.mission_id)
    join contact b on (b.company_id, b.id) = (i.company_id, i.invited_by)
   where i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
   order by i.created_at, i.id
$$
"""

# « Le lui rappeler »: whoever is awaited gets the service's next mail, one a day at most. How many got one is not told.
REMIND = f"""
create function remind(_awaited uuid) returns void language plpgsql {DEFINER} as $$
begin
  perform tell_person(k.person_id, null) from awaited a
     join contact k on (k.company_id, k.id) = (a.company_id, a.contact_id)
    where a.company_id = acting_company() and a.id = _awaited and a.zone_id = any (my_zones())
      and k.person_id is not null and k.person_id <> acting_person();
end $$
"""

APP = "trialogue_app"
FUNCTIONS = {  # signature → (body, who may call it; '': other functions of this file alone)
    "my_strands(uuid, uuid)": (MY_STRANDS, ""),
    "state_of(uuid, uuid)": (STATE_OF, ""),
    "my_count()": (MY_COUNT, ""),
    "mission_state(uuid)": (MISSION_STATE, APP),
    "objective_number(uuid, uuid)": (OBJECTIVE_NUMBER, ""),
    "my_waits()": (MY_WAITS, APP),
    "waits_on_others()": (WAITS_ON_OTHERS, APP),
    "my_missions_everywhere()": (MY_MISSIONS_EVERYWHERE, APP),
    "my_invitations_pending()": (MY_INVITATIONS_PENDING, APP),
    "remind(uuid)": (REMIND, APP),
}


def upgrade() -> None:
    op.execute("set local check_function_bodies = off")  # objectives and waits come in the next steps
    with as_system(op):
        for signature, (body, caller) in FUNCTIONS.items():
            op.execute(body)
            if caller:
                op.execute(f"grant execute on function {signature} to {caller}")


def downgrade() -> None:
    op.execute("set role trialogue_system")
    for signature in reversed(FUNCTIONS):
        op.execute(f"drop function {signature}")
    op.execute("reset role")
