"""Signing in: the only doors to sign-ins, requests for a code, known devices and spent challenges.

Owned by trialogue_system. Each takes hashes, never a code or a token, and returns what one page needs. Names that
begin with an underscore are arguments.
"""

from alembic import op

from migrations.rls import as_system

revision = "0009"
down_revision = "0008"

# Staff and mentors: shorter sign-ins, and a second factor where there is no passkey.
IS_STRICT = """
create function is_strict(_person uuid) returns boolean language sql stable security definer set search_path = pg_catalog, public as $$
  select exists (select from staff f where f.person_id = _person and f.accepted_at is not null and f.until_at is null)
      or exists (select from contact k join participation p on (p.company_id, p.contact_id) = (k.company_id, k.id)
                  where k.person_id = _person and p.role = 'mentor' and (p.until_at is null or p.until_at > now()))
$$
"""

# One row and one job whatever the address. The locks make the counts true under simultaneous requests.
ASK_SIGN_IN = """
create function ask_sign_in(_id uuid, _address text, _purpose text, _ip bytea, _next text,
                            out outcome text, out until timestamptz)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  asker uuid := case when _purpose = 'sign_in' then null else acting_person() end;
  by_address timestamptz;
  by_ip timestamptz;
begin
  if _purpose <> 'sign_in' and asker is null then
    raise insufficient_privilege using message = 'nobody asks';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(encode(_ip, 'hex'), 1));
  perform pg_advisory_xact_lock(hashtextextended(_address, 2));
  delete from sign_in_request r where r.asked_at < now() - interval '1 day';
  select r.asked_at + interval '1 hour' into by_address from sign_in_request r
   where r.address = _address and r.asked_at > now() - interval '1 hour' order by r.asked_at desc offset 4 limit 1;
  select r.asked_at + interval '1 hour' into by_ip from sign_in_request r
   where r.ip_hash = _ip and r.asked_at > now() - interval '1 hour' order by r.asked_at desc offset 19 limit 1;
  until := greatest(by_address, by_ip);
  if until is not null then
    outcome := 'limited';
    return;
  end if;
  insert into sign_in_request (id, address, purpose, person_id, ip_hash, next)
  values (_id, _address, _purpose, asker, _ip, _next);
  perform defer_as('sign_in', jsonb_build_object('request_id', _id), null, null);
  outcome := 'asked';
end $$
"""

# The worker's alone. An unknown address gets the same dates and no code; a second run replaces a code not yet used.
MAKE_CODE = """
create function make_code(_request uuid, _code bytea, _link bytea,
                          out address text, out name text, out language text, out purpose text)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  r sign_in_request;
  p person;
begin
  select * into r from sign_in_request q where q.id = _request for update;
  if not found or r.used_at is not null or r.asked_at < now() - interval '1 hour' then
    return;
  end if;
  if r.purpose = 'address' then
    select * into p from person o where o.id = r.person_id
       and not exists (select from address a where a.address = r.address);
  else
    select o.* into p from address a join person o on o.id = a.person_id
     where a.address = r.address and a.sign_in and (r.purpose = 'sign_in' or o.id = r.person_id)
       and not (o.codes_off and exists (select from passkey k where k.person_id = o.id));
  end if;
  -- five codes an hour, whichever of their addresses they came by
  if p.id is not null and (select count(*) from sign_in_request q where q.person_id = p.id and q.id <> r.id
                             and q.code_hash is not null and q.issued_at > now() - interval '1 hour') >= 5 then
    p := null;
  end if;
  update sign_in_request q
     set issued_at = now(), expires_at = now() + interval '15 minutes',
         code_hash = case when p.id is not null then _code end,
         link_hash = case when p.id is not null and q.purpose = 'sign_in' then _link end,
         person_id = coalesce(q.person_id, p.id)
   where q.id = r.id;
  if p.id is not null then
    address := r.address; name := p.name; language := p.language; purpose := r.purpose;
  end if;
end $$
"""

# Five tries a code, single use. What is compared are keyed hashes: their bytes are nobody's to choose, so the
# time of the comparison tells nothing. An unknown address is told « wrong », as long and as often.
USE_CODE = """
create function use_code(_request uuid, _code bytea, _purpose text, out outcome text, out person uuid,
                         out tries_left int, out until timestamptz, out address text, out next text)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare r sign_in_request;
begin
  select * into r from sign_in_request q where q.id = _request and q.purpose = _purpose
     and (_purpose = 'sign_in' or q.person_id = acting_person()) for update;
  if not found then
    outcome := 'gone';
    return;
  end if;
  until := r.expires_at; address := r.address; next := r.next; tries_left := greatest(4 - r.tries, 0);
  if r.expires_at <= now() then
    outcome := 'expired';
  elsif r.tries >= 5 then
    outcome := 'spent';
  else
    update sign_in_request q set tries = q.tries + 1 where q.id = r.id;
    if r.code_hash is null or r.code_hash <> _code then
      outcome := case when r.tries >= 4 then 'spent' else 'wrong' end;
    elsif r.used_at is not null then
      outcome := 'used';
    else
      update sign_in_request q set used_at = now() where q.id = r.id;
      outcome := 'good'; person := r.person_id;
    end if;
  end if;
end $$
"""

# A mail scanner opens links: seeing writes nothing, only using does.
SEE_LINK = """
create function see_link(_link bytea, out outcome text, out until timestamptz, out address text, out next text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select case when r.used_at is not null then 'used' when r.expires_at <= now() then 'expired' else 'good' end,
         r.expires_at, r.address, r.next
    from sign_in_request r where r.link_hash = _link
$$
"""

USE_LINK = """
create function use_link(_link bytea, out outcome text, out person uuid, out until timestamptz, out address text,
                         out next text)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare r sign_in_request;
begin
  select * into r from sign_in_request q where q.link_hash = _link for update;
  if not found then
    outcome := 'gone';
    return;
  end if;
  until := r.expires_at; address := r.address; next := r.next;
  outcome := case when r.used_at is not null then 'used' when r.expires_at <= now() then 'expired' else 'good' end;
  if outcome = 'good' then
    update sign_in_request q set used_at = now() where q.id = r.id;
    person := r.person_id;
  end if;
end $$
"""

# 30 days where the device is recognised, else 12 h; staff and mentors 7 days and 12 h idle. A code alone does not
# open for whoever must give a second factor: the row is pending, under the other hash, for 15 minutes.
START_SIGN_IN = """
create function start_sign_in(_id uuid, _token bytea, _pending bytea, _person uuid, _label text, _device bytea,
                              _recognised boolean, _by text, _replaces bytea,
                              out pending boolean, out expires_at timestamptz)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  bound boolean := is_strict(_person);
  had_devices boolean;
  added int;
begin
  delete from sign_in s where s.token_hash = _replaces or s.expires_at <= now();
  pending := _by in ('code', 'invitation')
         and (bound or exists (select from person p where p.id = _person and p.totp_secret is not null));
  expires_at := now() + case when pending then interval '15 minutes' when bound then interval '7 days'
                             when _recognised then interval '30 days' else interval '12 hours' end;
  insert into sign_in (id, token_hash, person_id, expires_at, idle_until, fresh_at, device, recognised, pending, by)
  values (_id, case when pending then _pending else _token end, _person, expires_at,
          case when bound and not pending then now() + interval '12 hours' else expires_at end,
          case when _by in ('code', 'passkey', 'second', 'invitation') then now() end,
          _label, _recognised, pending, _by);
  if pending or _device is null then
    return;
  end if;
  delete from device d where d.person_id = _person and d.seen_at < now() - interval '1 year';
  had_devices := exists (select from device d where d.person_id = _person);
  insert into device (person_id, hash) values (_person, _device) on conflict do nothing;
  get diagnostics added = row_count;
  if added = 0 then
    update device d set seen_at = now() where d.person_id = _person and d.hash = _device;
  elsif had_devices then
    perform defer_as('new_device', jsonb_build_object('sign_in_id', _id), _person, null);
  end if;
end $$
"""

# Whoever has become staff or a mentor meanwhile falls under the shorter durations here.
TOUCH_SIGN_IN = """
create function touch_sign_in(_token bytea) returns void language sql security definer set search_path = pg_catalog, public as $$
  update sign_in s
     set seen_at = now(),
         idle_until = case when is_strict(s.person_id) then now() + interval '12 hours' else s.expires_at end,
         expires_at = case when is_strict(s.person_id)
                           then least(s.expires_at, s.created_at + interval '7 days') else s.expires_at end
   where s.token_hash = _token and not s.pending and s.seen_at < now() - interval '5 minutes'
     and s.expires_at > now() and s.idle_until > now()
$$
"""

MY_SIGN_INS = """
create function my_sign_ins(_token bytea) returns table (id uuid, created_at timestamptz, seen_at timestamptz,
  expires_at timestamptz, device text, recognised boolean, by text, current boolean)
language sql stable security definer set search_path = pg_catalog, public as $$
  select s.id, s.created_at, s.seen_at, s.expires_at, s.device, s.recognised, s.by, s.token_hash = _token
    from sign_in s where s.person_id = acting_person() and not s.pending and s.expires_at > now()
     and s.idle_until > now()
   order by s.token_hash = _token desc, s.seen_at desc, s.id
$$
"""

# By the token (sign out here), by its id (a device of mine), or all of mine but this one. Returns what was ended.
END_SIGN_IN = """
create function end_sign_in(_token bytea) returns setof uuid language sql security definer set search_path = pg_catalog, public as $$
  delete from sign_in s where s.token_hash = _token returning s.id
$$
"""
END_MY_SIGN_IN = """
create function end_my_sign_in(_id uuid) returns setof uuid language sql security definer set search_path = pg_catalog, public as $$
  delete from sign_in s where s.person_id = acting_person() and s.id = _id returning s.id
$$
"""
END_OTHER_SIGN_INS = """
create function end_other_sign_ins(_token bytea) returns setof uuid language sql security definer set search_path = pg_catalog, public as $$
  delete from sign_in s where s.person_id = acting_person() and s.token_hash <> _token returning s.id
$$
"""

SIGN_IN_ID = """
create function sign_in_id(_token bytea) returns uuid language sql stable security definer set search_path = pg_catalog, public as $$
  select s.id from sign_in s where s.token_hash = _token and s.expires_at > now() and s.idle_until > now()
$$
"""

PENDING_SIGN_IN = """
create function pending_sign_in(_token bytea, out person uuid, out device text, out recognised boolean, out strict boolean)
language sql stable security definer set search_path = pg_catalog, public as $$
  select s.person_id, s.device, s.recognised, is_strict(s.person_id)
    from sign_in s where s.token_hash = _token and s.pending and s.expires_at > now() and s.tries < 5
$$
"""

# A second factor is tried five times, then the code by e-mail has to be asked again.
COUNT_TRY = """
create function count_try(_token bytea) returns int language sql security definer set search_path = pg_catalog, public as $$
  update sign_in s set tries = s.tries + 1 where s.token_hash = _token and s.pending and s.tries < 5
  returning 5 - s.tries
$$
"""

IS_FRESH = """
create function is_fresh(_token bytea) returns boolean language sql stable security definer set search_path = pg_catalog, public as $$
  select exists (select from sign_in s where s.token_hash = _token and s.person_id = acting_person()
                    and s.fresh_at > now() - interval '10 minutes')
$$
"""
PROVE_FRESH = """
create function prove_fresh(_token bytea) returns void language sql security definer set search_path = pg_catalog, public as $$
  update sign_in s set fresh_at = now() where s.token_hash = _token and s.person_id = acting_person()
$$
"""

AM_STRICT = """
create function am_strict() returns boolean language sql stable security definer set search_path = pg_catalog, public as $$ select is_strict(acting_person()) $$
"""

# Nobody is signed in yet when a passkey is shown.
FIND_PASSKEY = """
create function find_passkey(_credential bytea, out id uuid, out person uuid, out public_key bytea, out sign_count bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
  select k.id, k.person_id, k.public_key, k.sign_count from passkey k where k.credential_id = _credential
$$
"""
PASSKEY_USED = """
create function passkey_used(_id uuid, _count bigint) returns void language sql security definer set search_path = pg_catalog, public as $$
  update passkey k set sign_count = _count, used_at = now() where k.id = _id
$$
"""
SPEND_CHALLENGE = """
create function spend_challenge(_hash bytea, _until timestamptz) returns boolean language plpgsql security definer set search_path = pg_catalog, public as $$
declare added int;
begin
  delete from spent_challenge c where c.until < now();
  insert into spent_challenge (hash, until) values (_hash, _until) on conflict do nothing;
  get diagnostics added = row_count;
  return added = 1;
end $$
"""

MAIL_ADDRESS_OF = """
create function mail_address_of(_person uuid, out address text, out name text, out language text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select a.address, p.name, p.language from person p join address a on a.person_id = p.id and a.mails
   where p.id = _person
$$
"""

APP = "trialogue_app"
JOBS = "trialogue_jobs"
FUNCTIONS: dict[
    str, tuple[str, str]
] = {  # signature → (body, who may call it; '': other functions of this file alone)
    "is_strict(uuid)": (IS_STRICT, ""),
    "am_strict()": (AM_STRICT, APP),
    "ask_sign_in(uuid, text, text, bytea, text)": (ASK_SIGN_IN, APP),
    "make_code(uuid, bytea, bytea)": (MAKE_CODE, JOBS),
    "mail_address_of(uuid)": (MAIL_ADDRESS_OF, JOBS),
    "use_code(uuid, bytea, text)": (USE_CODE, APP),
    "see_link(bytea)": (SEE_LINK, APP),
    "use_link(bytea)": (USE_LINK, APP),
    "start_sign_in(uuid, bytea, bytea, uuid, text, bytea, boolean, text, bytea)": (START_SIGN_IN, APP),
    "touch_sign_in(bytea)": (TOUCH_SIGN_IN, APP),
    "my_sign_ins(bytea)": (MY_SIGN_INS, APP),
    "end_sign_in(bytea)": (END_SIGN_IN, APP),
    "end_my_sign_in(uuid)": (END_MY_SIGN_IN, APP),
    "end_other_sign_ins(bytea)": (END_OTHER_SIGN_INS, APP),
    "sign_in_id(bytea)": (SIGN_IN_ID, f"{APP}, trialogue_live"),
    "pending_sign_in(bytea)": (PENDING_SIGN_IN, APP),
    "count_try(bytea)": (COUNT_TRY, APP),
    "is_fresh(bytea)": (IS_FRESH, APP),
    "prove_fresh(bytea)": (PROVE_FRESH, APP),
    "find_passkey(bytea)": (FIND_PASSKEY, APP),
    "passkey_used(uuid, bigint)": (PASSKEY_USED, APP),
    "spend_challenge(bytea, timestamptz)": (SPEND_CHALLENGE, APP),
}


def upgrade() -> None:
    op.execute("set local check_function_bodies = off")  # the queue's defer_as() comes in the next step
    with as_system(op):
        for signature, (body, callers) in FUNCTIONS.items():
            op.execute(body)
            if callers:
                op.execute(f"grant execute on function {signature} to {callers}")


def downgrade() -> None:
    op.execute("set role trialogue_system")
    for signature in reversed(FUNCTIONS):
        op.execute(f"drop function {signature}")
    op.execute("reset role")
