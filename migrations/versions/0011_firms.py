"""Setting up: a firm, its companies, who is invited, and from when somebody reads.

``participation.reads_from`` and ``contact.person_id`` are written by the functions of this step alone: the application
can neither insert nor change them, so that nobody gains reading by a staff act, whatever a page forgets. Arguments begin with an underscore.
"""

from alembic import op

from migrations.rls import as_system

revision = "0011"
down_revision = "0010"

DEFINER = "security definer set search_path = pg_catalog, public"

# -- firms and companies -------------------------------------------------------------------------------------------

FOUND_FIRM = f"""
create function found_firm(_firm uuid, _name text, _staff uuid, _owner text, _address text) returns void
language plpgsql {DEFINER} as $$
begin
  insert into firm (id, name, created_at) values (_firm, _name, now());
  insert into staff (firm_id, id, role, name, address, created_at, expires_at)
  values (_firm, _staff, 'owner', _owner, _address, now(), now() + interval '14 days');
  perform defer_as('staff_invitation', jsonb_build_object('staff_id', _staff), null, null);
end $$
"""

# Whoever is staff enters each company of the firm as a contact; a contact that they already are there stays theirs.
STAFF_CONTACTS = f"""
create function staff_contacts(_firm uuid) returns void language sql {DEFINER} as $$
  insert into contact (company_id, id, person_id, given_name, family_name, title, email, staff, created_at, revision)
  select c.id, gen_random_uuid(), f.person_id, regexp_replace(f.name, '\\s+\\S+$', ''),
         coalesce(substring(f.name from '\\s(\\S+)$'), ''), '', f.address, true, now(), 1
    from company c join staff f on f.firm_id = c.firm_id
   where c.firm_id = _firm and f.person_id is not null and f.accepted_at is not null and f.until_at is null
  on conflict do nothing
$$
"""

# The name begins the slug, chance ends it: it names, and tells nothing of how many there are.
OPEN_COMPANY = f"""
create function open_company(_company uuid, _firm uuid, _name text, _base text, out company uuid, out slug text)
language plpgsql {DEFINER} as $$
begin
  if not _firm = any (my_firms()) then raise 'not of that firm' using errcode = 'insufficient_privilege'; end if;
  insert into company (id, firm_id, firm_name, name, slug, created_at)
  select _company, f.id, f.name, _name,
         concat_ws('-', nullif(_base, ''), substr(md5(gen_random_uuid()::text), 1, 8)), now()
    from firm f where f.id = _firm
  on conflict (id) do nothing;
  perform staff_contacts(_firm);
  select c.id, c.slug into company, slug from company c where c.id = _company and c.firm_id = _firm;
  if company is not null then  -- whoever opened it writes its first contacts in the same transaction
    perform set_config('app.company_id', company::text, true),
            set_config('app.contact_id', k.id::text, true)
       from contact k where k.company_id = company and k.person_id = acting_person();
  end if;
end $$
"""

# Ids, names, dates, hours and stages; no content.
FIRM_COMPANIES = f"""
create function firm_companies(_firm uuid) returns table (id uuid, name text, slug text, missions jsonb)
language sql stable {DEFINER} as $$
  select c.id, c.name, c.slug,
    (select jsonb_agg(jsonb_build_object('id', m.id, 'title', m.title, 'starts_on', m.starts_on, 'ends_on', m.ends_on,
        'hours', m.hours, 'state', state_of(c.id, m.id), 'people',
        (select jsonb_agg(jsonb_build_array(k.id, k.given_name, k.family_name, p.role, p.strand_id)
                          order by p.announced_at, p.id)
           from participation p join contact k on (k.company_id, k.id) = (p.company_id, p.contact_id)
          where p.company_id = c.id and p.mission_id = m.id and (p.until_at is null or p.until_at > now())))
        order by m.ends_on, m.id) from mission m where m.company_id = c.id)
    from company c where c.firm_id = _firm and _firm = any (my_firms())
   order by lower(c.name), c.id
$$
"""

# -- from when somebody reads --------------------------------------------------------------------------------------

# The first team from their acceptance; a later mentor once each mentee has accepted them, those who left since
# included, and never where there is none; any other later reader once mentees and mentors have seen the announcement, or 48 h after it was made. It
# is made to a mentee when they have come: with no mentee to be told, nobody new reads.
READING_DATE = f"""
create function reading_date(_company uuid, _participation uuid) returns timestamptz language plpgsql stable {DEFINER} as $$
declare
  p participation;
  told timestamptz;
  answered timestamptz;
  missing boolean;
begin
  select * into p from participation n where n.company_id = _company and n.id = _participation;
  if p.accepted_at is null then return null; end if;
  if p.first_team then return p.accepted_at; end if;
  if p.role = 'mentor' then
    select max(s.at), bool_or(s.at is null) into answered, missing from participation e
      left join announcement_seen s on (s.company_id, s.participation_id, s.contact_id) = (e.company_id, p.id, e.contact_id)
     where e.company_id = _company and e.mission_id = p.mission_id and e.role = 'mentee' and e.contact_id <> p.contact_id
       and (p.strand_id is null or e.strand_id = p.strand_id) and (e.until_at is null or e.until_at > p.announced_at);
    -- nobody to ask: the mentee has left, and nobody else can give their word
    return case when missing is distinct from false then null else greatest(p.accepted_at, answered) end;
  end if;
  select greatest(p.announced_at, min(e.accepted_at)) into told from participation e
   where e.company_id = _company and e.mission_id = p.mission_id and e.role = 'mentee' and e.contact_id <> p.contact_id
     and (p.strand_id is null or e.strand_id = p.strand_id) and e.until_at is null and e.accepted_at is not null
  having min(e.accepted_at) is not null;
  if told is null then return null; end if;
  select max(s.at), bool_or(s.at is null) into answered, missing from participation e
    left join announcement_seen s on (s.company_id, s.participation_id, s.contact_id) = (e.company_id, p.id, e.contact_id)
   where e.company_id = _company and e.mission_id = p.mission_id and e.contact_id <> p.contact_id and e.until_at is null
     and (p.strand_id is null or e.strand_id is null or e.strand_id = p.strand_id)
     and (e.role = 'mentee' or (e.role = 'mentor' and (e.first_team or e.reads_from <= now())));
  return greatest(p.accepted_at, case when missing then told + interval '48 hours'
                                      else least(answered, told + interval '48 hours') end);
end $$
"""

# Who already reads goes on reading: a date that has come is never moved.
SETTLE_READING = f"""
create function settle_reading(_company uuid, _mission uuid) returns void language sql {DEFINER} as $$
  update participation p set reads_from = reading_date(_company, p.id)
   where p.company_id = _company and p.mission_id = _mission and p.accepted_at is not null and p.until_at is null
     and (p.reads_from is null or p.reads_from > now())
$$
"""

# Staff write here, in a zone that they do not read, exactly this: who is to be told, of whom.
ANNOUNCE = f"""
create function announce(_participation uuid) returns void language plpgsql {DEFINER} as $$
declare p participation;
begin
  if not is_staff_here() then raise 'staff only' using errcode = 'insufficient_privilege'; end if;
  select * into p from participation n
   where n.company_id = acting_company() and n.id = _participation and not n.first_team and n.until_at is null;
  if not found then return; end if;
  insert into awaited (company_id, id, zone_id, mission_id, strand_id, contact_id, kind, subject_id, since)
  select distinct on (e.contact_id) p.company_id, gen_random_uuid(), z.id, p.mission_id, e.strand_id, e.contact_id,
         case p.role when 'mentor' then 'mentor.accept' else 'participation.seen' end, p.id, now()
    from participation e
    join zone z on z.company_id = e.company_id and z.mission_id = e.mission_id and z.kind = 'team' and z.strand_id is null
   where e.company_id = p.company_id and e.mission_id = p.mission_id and e.until_at is null and e.contact_id <> p.contact_id
     and (p.strand_id is null or e.strand_id is null or e.strand_id = p.strand_id)
     and (e.role = 'mentee' or (p.role <> 'mentor' and e.role = 'mentor' and (e.first_team or e.reads_from <= now())))
   order by e.contact_id, e.announced_at
  on conflict do nothing;
end $$
"""

# A mentee or a mentor says for themselves that they have seen it; of a mentor, the mentee's word is the acceptance.
SEE_ANNOUNCEMENT = f"""
create function see_announcement(_participation uuid) returns timestamptz language plpgsql {DEFINER} as $$
declare
  p participation;
  me uuid := (select k.id from contact k where k.company_id = acting_company() and k.person_id = acting_person());
begin
  select * into p from participation n
   where n.company_id = acting_company() and n.id = _participation and not n.first_team and n.until_at is null
   for update;
  if not found or p.contact_id = me or not exists (
      select from participation e where e.company_id = p.company_id and e.mission_id = p.mission_id and e.contact_id = me
         and (e.role = 'mentee' or (p.role <> 'mentor' and e.role = 'mentor'))
         and (p.strand_id is null or e.strand_id is null or e.strand_id = p.strand_id)
         and e.reads_from <= now() and e.until_at is null) then
    raise 'not one of those who are told' using errcode = 'insufficient_privilege';
  end if;
  insert into announcement_seen (company_id, id, mission_id, participation_id, contact_id, at)
  values (p.company_id, gen_random_uuid(), p.mission_id, p.id, me, now()) on conflict do nothing;
  delete from awaited a where a.company_id = p.company_id and a.subject_id = p.id and a.contact_id = me
     and a.kind in ('mentor.accept', 'participation.seen');
  perform settle_reading(p.company_id, p.mission_id);
  return (select n.reads_from from participation n where n.company_id = p.company_id and n.id = p.id);
end $$
"""

# At once: no more reading, no more invitation, nothing awaited of them, nobody is told of them any more.
END_PARTICIPATION = f"""
create function end_participation(_participation uuid) returns uuid language plpgsql {DEFINER} as $$
declare p participation;
begin
  if not is_staff_here() then raise 'staff only' using errcode = 'insufficient_privilege'; end if;
  update participation n set until_at = now()
   where n.company_id = acting_company() and n.id = _participation and n.until_at is null
  returning * into p;
  if not found then return null; end if;
  delete from awaited a where a.company_id = p.company_id and a.subject_id = p.id;
  delete from awaited a where a.company_id = p.company_id and a.mission_id = p.mission_id and a.contact_id = p.contact_id
     and not exists (select from participation n where n.company_id = p.company_id and n.mission_id = p.mission_id
                        and n.contact_id = p.contact_id and n.until_at is null and n.role in ('mentee', 'mentor', 'manager')
                        and (n.strand_id is null or a.strand_id is null or n.strand_id = a.strand_id));
  update invitation i set revoked_at = now()
   where i.company_id = p.company_id and i.mission_id = p.mission_id and i.contact_id = p.contact_id
     and i.accepted_at is null and i.revoked_at is null
     and not exists (select from participation n where n.company_id = p.company_id and n.mission_id = p.mission_id
                        and n.contact_id = p.contact_id and n.until_at is null);
  return p.contact_id;
end $$
"""

# -- invitations ---------------------------------------------------------------------------------------------------

# Held by its token, or, without one, by whoever is signed in and is the one invited: their contact, or their address.
FIND_INVITATION = f"""
create function find_invitation(_token bytea, _id uuid) returns setof invitation language sql stable {DEFINER} as $$
  select i.* from invitation i where i.token_hash = _token
  union all
  select i.* from invitation i join contact k on (k.company_id, k.id) = (i.company_id, i.contact_id)
   where _token is null and i.id = _id and acting_person() is not null
     and (k.person_id = acting_person() or (k.person_id is null and exists (
       select from address a where a.person_id = acting_person() and a.address = lower(k.email))))
$$
"""

INVITATION_FACTS = f"""
create function invitation_facts(_token bytea, _id uuid, out outcome text, out id uuid, out company text, out slug text,
  out firm text, out mission uuid, out title text, out starts_on date, out ends_on date, out hours int, out inviter text,
  out given text, out family text, out email text, out expires_at timestamptz, out roles jsonb, out for_me boolean,
  out known boolean, out elsewhere text, out reads_from timestamptz)
language plpgsql stable {DEFINER} as $$
declare i invitation; k contact;
begin
  select * into i from find_invitation(_token, _id);
  if not found then outcome := 'gone'; return; end if;
  select * into k from contact c where c.company_id = i.company_id and c.id = i.contact_id;
  id := i.id; given := k.given_name; family := k.family_name; email := k.email; mission := i.mission_id;
  expires_at := i.expires_at;
  select c.name, c.slug, c.firm_name into company, slug, firm from company c where c.id = i.company_id;
  select m.title, m.starts_on, m.ends_on, m.hours into title, starts_on, ends_on, hours from mission m
   where m.company_id = i.company_id and m.id = i.mission_id;
  select c.given_name || ' ' || c.family_name into inviter from contact c
   where c.company_id = i.company_id and c.id = i.invited_by;
  -- as whom, and of whose part: the mentee of the strand is named to their manager
  select jsonb_agg(jsonb_build_array(p.role, (
           select e.given_name from participation n join contact e on (e.company_id, e.id) = (n.company_id, n.contact_id)
            where n.company_id = p.company_id and n.strand_id = p.strand_id and n.role = 'mentee'
              and n.contact_id <> p.contact_id
            order by n.until_at is not null, n.announced_at desc limit 1), p.first_team) order by p.announced_at, p.id)
    into roles from participation p
   where p.company_id = i.company_id and p.mission_id = i.mission_id and p.contact_id = i.contact_id and p.until_at is null;
  for_me := acting_person() is not null and case when k.person_id is not null then k.person_id = acting_person()
    else exists (select from address a where a.person_id = acting_person() and a.address = lower(k.email)) end;
  known := k.person_id is not null or exists (select from address a where a.address = lower(k.email));
  select min(p.reads_from) into reads_from from participation p
   where p.company_id = i.company_id and p.mission_id = i.mission_id and p.contact_id = i.contact_id and p.until_at is null;
  select c.given_name || ' ' || c.family_name into elsewhere from contact c
   where c.company_id = i.company_id and c.person_id = acting_person() and c.id <> k.id;
  outcome := case when i.accepted_at is not null then 'used' when i.revoked_at is not null then 'revoked'
                  when i.expires_at <= now() then 'expired' when roles is null then 'revoked' else 'open' end;
end $$
"""

# A link proves one mailbox: the one that it was sent to. Whoever was written down under another address since is sent
# another link; else an account would be made with an address that its holder has never read.
READDRESSED = f"""
create function contact_readdressed() returns trigger language plpgsql {DEFINER} as $$
begin
  update invitation i set token_hash = null
   where i.company_id = new.company_id and i.contact_id = new.id and i.accepted_at is null and i.token_hash is not null;
  return new;
end $$
"""
READDRESSING = """create trigger contact_readdressed after update of email on contact for each row
  when (old.email is distinct from new.email and new.person_id is null) execute function contact_readdressed()"""

# Whoever accepts is: the person signed in; else a new person, when no account has that address. An account is never
# opened by an invitation: its own sign-in decides, and it may have switched codes by e-mail off.
ACCEPT_INVITATION = f"""
create function accept_invitation(_token bytea, _id uuid, _person uuid, _notice int, _confirmed boolean,
  out outcome text, out person uuid, out slug text, out company uuid, out mission uuid, out reads_from timestamptz, out zones uuid[])
language plpgsql {DEFINER} as $$
declare f record; i invitation; k contact;
begin
  select v.id, v.company_id into f from find_invitation(_token, _id) v;
  if not found then outcome := 'gone'; return; end if;
  select * into i from invitation v where v.company_id = f.company_id and v.id = f.id for update;
  select * into f from invitation_facts(_token, _id);
  if f.outcome <> 'open' then outcome := f.outcome; return; end if;
  select * into k from contact c where c.company_id = i.company_id and c.id = i.contact_id for update;
  person := acting_person();
  if person is null and f.known then outcome := 'sign_in'; return; end if;
  if person is not null and not f.for_me and f.known then outcome := 'other_person'; person := null; return; end if;
  if f.elsewhere is not null then outcome := 'other_contact'; person := null; return; end if;
  if person is not null and not f.for_me and not _confirmed then outcome := 'confirm'; person := null; return; end if;
  if person is null then
    person := _person;
    insert into person (id, name) values (person, trim(k.given_name || ' ' || k.family_name));
    insert into address (id, person_id, address, personal, sign_in, mails)
    values (gen_random_uuid(), person, lower(k.email), false, true, true);
  end if;
  update person o set notice_version = _notice, notice_at = now()
   where o.id = person and o.notice_version is distinct from _notice;
  update contact c set person_id = person where c.company_id = k.company_id and c.id = k.id and c.person_id is null;
  update invitation v set accepted_at = now() where v.company_id = i.company_id and v.id = i.id;
  update participation p set accepted_at = now()
   where p.company_id = i.company_id and p.mission_id = i.mission_id and p.contact_id = k.id
     and p.accepted_at is null and p.until_at is null;
  perform settle_reading(i.company_id, i.mission_id);
  outcome := 'accepted'; slug := f.slug; company := i.company_id; mission := i.mission_id;
  select array_agg(s.state_zone_id) into zones from strand s
   where s.company_id = i.company_id and s.mission_id = i.mission_id;
  select min(p.reads_from) into reads_from from participation p
   where p.company_id = i.company_id and p.mission_id = i.mission_id and p.contact_id = k.id and p.until_at is null;
end $$
"""

STAFF_FACTS = f"""
create function staff_invitation_facts(_token bytea, out outcome text, out firm_id uuid, out firm text, out name text,
  out address text, out role text, out expires_at timestamptz, out for_me boolean, out known boolean, out already boolean)
language plpgsql stable {DEFINER} as $$
declare s staff;
begin
  select * into s from staff t where t.token_hash = _token;
  if not found then outcome := 'gone'; return; end if;
  firm_id := s.firm_id; name := s.name; address := s.address; role := s.role; expires_at := s.expires_at;
  select f.name into firm from firm f where f.id = s.firm_id;
  for_me := acting_person() is not null and exists (
    select from address a where a.person_id = acting_person() and a.address = lower(s.address));
  known := exists (select from address a where a.address = lower(s.address));
  already := s.firm_id = any (my_firms());
  outcome := case when s.accepted_at is not null then 'used' when s.until_at is not null then 'revoked'
                  when s.expires_at <= now() then 'expired' else 'open' end;
end $$
"""

ACCEPT_STAFF = f"""
create function accept_staff_invitation(_token bytea, _person uuid, _name text, _notice int, _confirmed boolean,
  out outcome text, out person uuid, out firm uuid)
language plpgsql {DEFINER} as $$
declare f record; s staff;
begin
  select * into s from staff t where t.token_hash = _token for update;
  select * into f from staff_invitation_facts(_token);
  if f.outcome <> 'open' then outcome := f.outcome; return; end if;
  person := acting_person();
  if person is null and f.known then outcome := 'sign_in'; return; end if;
  if person is not null and not f.for_me and f.known then outcome := 'other_person'; person := null; return; end if;
  if f.already then outcome := 'already'; person := null; return; end if;
  if person is not null and not f.for_me and not _confirmed then outcome := 'confirm'; person := null; return; end if;
  if person is null then
    person := _person;
    insert into person (id, name) values (person, _name);
    insert into address (id, person_id, address, personal, sign_in, mails)
    values (gen_random_uuid(), person, lower(s.address), false, true, true);
  end if;
  update person o set notice_version = _notice, notice_at = now()
   where o.id = person and o.notice_version is distinct from _notice;
  update staff t set person_id = person, accepted_at = now(), name = _name
   where t.firm_id = s.firm_id and t.id = s.id;
  perform staff_contacts(s.firm_id);
  outcome := 'accepted'; firm := s.firm_id;
end $$
"""

APP = "trialogue_app"
FUNCTIONS = {  # signature → (body, who may call it; '': other functions of this file alone)
    "found_firm(uuid, text, uuid, text, text)": (FOUND_FIRM, "trialogue_owner"),
    "staff_contacts(uuid)": (STAFF_CONTACTS, ""),
    "open_company(uuid, uuid, text, text)": (OPEN_COMPANY, APP),
    "firm_companies(uuid)": (FIRM_COMPANIES, APP),
    "reading_date(uuid, uuid)": (READING_DATE, ""),
    "settle_reading(uuid, uuid)": (SETTLE_READING, ""),
    "announce(uuid)": (ANNOUNCE, APP),
    "see_announcement(uuid)": (SEE_ANNOUNCEMENT, APP),
    "end_participation(uuid)": (END_PARTICIPATION, APP),
    "find_invitation(bytea, uuid)": (FIND_INVITATION, ""),
    "invitation_facts(bytea, uuid)": (INVITATION_FACTS, APP),
    "accept_invitation(bytea, uuid, uuid, int, boolean)": (ACCEPT_INVITATION, APP),
    "contact_readdressed()": (READDRESSED, "trialogue_owner"),  # who makes the trigger
    "staff_invitation_facts(bytea)": (STAFF_FACTS, APP),
    "accept_staff_invitation(bytea, uuid, text, int, boolean)": (ACCEPT_STAFF, APP),
}

# What the application writes itself, column by column: table → (what a new row may say, what may change later). Nobody
# becomes somebody else's contact, nor reads, nor changes a matrix, by a page that forgot a guard.
COLUMNS = {
    "staff": ("firm_id, id, role, name, address, created_at, expires_at", "token_hash, expires_at, until_at"),
    "contact": (
        "company_id, id, given_name, family_name, title, email, staff, created_at, revision",
        "given_name, family_name, title, email, revision",
    ),
    "mission": (
        "company_id, id, title, starts_on, ends_on, hours, rule_id, created_at, created_by, revision",
        "title, starts_on, ends_on, hours, revision",
    ),
    "participation": (
        "company_id, id, mission_id, strand_id, contact_id, role, first_team, announced_at",
        "",
    ),
    "announcement_seen": ("", ""),
}
MADE_ONCE = "rule, matrix_cell, reported_cell, strand"


def upgrade() -> None:
    op.execute("grant insert on announcement_seen to trialogue_system")
    op.execute("grant insert, delete on awaited to trialogue_system")
    op.execute(f"revoke update, delete on {MADE_ONCE} from {APP}")
    for table, (new, later) in COLUMNS.items():
        op.execute(f"revoke insert, update, delete on {table} from {APP}")
        for verb, columns in (("insert", new), ("update", later)):
            if columns:
                op.execute(f"grant {verb} ({columns}) on {table} to {APP}")
    with as_system(op):
        for signature, (body, caller) in FUNCTIONS.items():
            op.execute(body)
            if caller:
                op.execute(f"grant execute on function {signature} to {caller}")
    op.execute(READDRESSING)


def downgrade() -> None:
    op.execute("drop trigger contact_readdressed on contact")
    op.execute("set role trialogue_system")
    for signature in reversed(FUNCTIONS):
        op.execute(f"drop function {signature}")
    op.execute("reset role")
    for table in COLUMNS:
        op.execute(f"grant insert, update, delete on {table} to {APP}")
    op.execute(f"grant update, delete on {MADE_ONCE} to {APP}")
    op.execute("revoke insert, delete on awaited from trialogue_system")
    op.execute("revoke insert on announcement_seen from trialogue_system")
