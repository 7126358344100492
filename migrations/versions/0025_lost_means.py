"""Whoever lost every means of signing in: a firm's owner, or the operator for an owner, authorises new ones.

What was there stays until the person comes by a code of their own mailbox, 48 hours later at the earliest: whoever holds
the mailbox and persuades an owner has to wait for two days, of which every address of the person and the other owners
are told. A sign-in by what was there shows that it is not lost, and ends the authorisation.

A sign-in that was ended from elsewhere is kept, closed, for 30 days: the device that comes back with it is told so, and
forgets what it had not sent. An expired one is not kept.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

from migrations.rls import as_system, wall

revision = "0025"
down_revision = "0024"

SIGNING_IN, QUEUE = (
    import_module(f"migrations.versions.{name}") for name in ("0009_signing_in", "0010_queue")
)
DEFINER = "security definer set search_path = pg_catalog, public"
TIME = sa.DateTime(timezone=True)

OWNS = f"""
create function owns_firm(_firm uuid, _person uuid) returns boolean language sql stable {DEFINER} as $$
  select exists (select from staff f where f.firm_id = _firm and f.person_id = _person and f.role = 'owner'
                    and f.accepted_at is not null and f.until_at is null)
$$
"""

# For an owner alone: the firm's staff and the mentors of its missions, each once, themselves excepted, and what was last
# authorised for them.
RENEWABLE = f"""
create function renewable(_firm uuid) returns table (person_id uuid, name text, role text, id uuid, by_name text,
  asked_at timestamptz, from_at timestamptz, until_at timestamptz, used_at timestamptz, ended_at timestamptz)
language sql stable {DEFINER} as $$
  select p.person_id, p.name, p.role, r.id, r.by_name, r.asked_at,
         r.from_at, r.until_at, r.used_at, r.ended_at
    from (select distinct on (q.person_id) q.* from (
            select f.person_id, f.name, f.role, case f.role when 'owner' then 1 else 2 end as rank from staff f
             where f.firm_id = _firm and f.accepted_at is not null and f.until_at is null
            union all
            select k.person_id, trim(k.given_name || ' ' || k.family_name), 'mentor', 3 from company c
              join participation n on n.company_id = c.id and n.role = 'mentor' and (n.until_at is null or n.until_at > now())
              join contact k on (k.company_id, k.id) = (n.company_id, n.contact_id)
             where c.firm_id = _firm and k.person_id is not null and n.accepted_at is not null) q
           order by q.person_id, q.rank, q.name) p
    left join lateral (select * from renewal w where w.person_id = p.person_id and (w.firm_id = _firm or w.firm_id is null)
                        order by w.asked_at desc, w.id limit 1) r on true
   where owns_firm(_firm, acting_person()) and p.person_id <> acting_person()
   order by p.rank, lower(p.name), p.person_id
$$
"""

# One at a time: again, nothing more happens. Returns the sign-ins that it ends.
RENEW = f"""
create function renew(_id uuid, _person uuid, _firm uuid, _by_name text) returns setof uuid language plpgsql {DEFINER} as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(_person::text, 3));
  update renewal r set ended_at = r.until_at
   where r.person_id = _person and r.used_at is null and r.ended_at is null and r.until_at <= now();
  insert into renewal (id, person_id, firm_id, by_id, by_name, asked_at, from_at, until_at)
  values (_id, _person, _firm, acting_person(), _by_name, now(), now() + interval '48 hours', now() + interval '9 days')
  on conflict do nothing;
  if not found then return; end if;
  perform defer_as('means_renewed', jsonb_build_object('renewal_id', _id), null, null);
  return query update sign_in s set ended_at = now(), expires_at = now(), idle_until = now()
                where s.person_id = _person and s.ended_at is null and s.expires_at > now() returning s.id;
end $$
"""

AUTHORISE = f"""
create function authorise_renewal(_id uuid, _firm uuid, _person uuid) returns setof uuid language plpgsql {DEFINER} as $$
begin
  if not exists (select from renewable(_firm) r where r.person_id = _person) then
    raise 'not of that firm' using errcode = 'insufficient_privilege';
  end if;
  return query select renew(_id, _person, _firm, (select p.name from person p where p.id = acting_person()));
end $$
"""

TAKE_BACK = f"""
create function take_back_renewal(_firm uuid, _person uuid) returns void language sql {DEFINER} as $$
  update renewal r set ended_at = now()
   where r.person_id = _person and (r.firm_id = _firm or r.firm_id is null)
     and exists (select from renewable(_firm) w where w.person_id = _person)
     and r.used_at is null and r.ended_at is null
$$
"""

# The operator's: for an owner of a firm, who may be the only one. Null: no owner has that address.
RENEW_OWNER = f"""
create function renew_owner(_id uuid, _address text) returns uuid[] language plpgsql {DEFINER} as $$
declare _person uuid;
begin
  select a.person_id into _person from address a join staff f on f.person_id = a.person_id and f.role = 'owner'
     and f.accepted_at is not null and f.until_at is null where a.address = _address limit 1;
  if not found then return null; end if;
  return array(select renew(_id, _person, null, ''));
end $$
"""

MY_RENEWAL = f"""
create function my_renewal(out from_at timestamptz, out until_at timestamptz) language sql stable {DEFINER} as $$
  select r.from_at, r.until_at from renewal r where r.person_id = acting_person()
     and r.used_at is null and r.ended_at is null and r.until_at > now()
$$
"""

# The worker's: every address of the person, whichever the thief does not hold; and the other owners.
RENEWAL_TOLD = f"""
create function renewal_told(_id uuid) returns table (address text, language text, name text, mine boolean,
  whose text, by_name text, firm text, from_at timestamptz, until_at timestamptz)
language sql stable {DEFINER} as $$
  with r as (select w.*, p.name as whose from renewal w join person p on p.id = w.person_id
              where w.id = _id and w.used_at is null and w.ended_at is null)
  select t.address, p.language, p.name, p.id = r.person_id, r.whose, r.by_name,
         coalesce((select f.name from firm f where f.id = r.firm_id), ''), r.from_at, r.until_at
    from r
    join lateral (
      select a.person_id, a.address from address a where a.person_id = r.person_id and (a.sign_in or a.mails)
      union
      select a.person_id, a.address from staff o join address a on a.person_id = o.person_id and a.mails
       where o.role = 'owner' and o.accepted_at is not null and o.until_at is null
         and o.person_id <> r.person_id and o.person_id is distinct from r.by_id
         and (o.firm_id = r.firm_id or (r.firm_id is null and owns_firm(o.firm_id, r.person_id)))) t on true
    join person p on p.id = t.person_id
   order by p.id <> r.person_id, t.address
$$
"""

# Whose device that is, when its sign-in was ended from elsewhere. The token proves that the device is asking.
ENDED_SIGN_IN = f"""
create function ended_sign_in(_token bytea) returns uuid language sql stable {DEFINER} as $$
  select s.person_id from sign_in s where s.token_hash = _token and s.ended_at is not null and not s.pending
$$
"""

OPEN = "n.used_at is null and n.ended_at is null"


def changed(body: str, *turns: tuple[str, str]) -> str:
    """A function of an earlier step, replaced, with these words in place of those. Raises ValueError if they are not there."""
    for old, new in (("create function", "create or replace function"), *turns):
        if old not in body:
            raise ValueError(old)
        body = body.replace(old, new)
    return body


END = (
    "delete from sign_in s where",
    "update sign_in s set ended_at = now(), expires_at = now(), idle_until = now() where s.ended_at is null and",
)
CHANGED = (
    changed(
        SIGNING_IN.START_SIGN_IN,
        ("or s.expires_at <= now();", f"""or (s.expires_at <= now() and s.ended_at is null);
  if _by in ('passkey', 'second') then  -- what was there is not lost
    update renewal n set ended_at = now() where n.person_id = _person and {OPEN};
  elsif _by = 'code' then  -- they came by their own mailbox: what was there goes, something new is set up
    update renewal n set used_at = now()
     where n.person_id = _person and {OPEN} and n.from_at <= now() and n.until_at > now();
    if found then
      delete from passkey k where k.person_id = _person;
      delete from recovery_code c where c.person_id = _person;
      update person p set totp_secret = null, totp_pending = null, codes_off = false where p.id = _person;
      perform defer_as('access_changed', jsonb_build_object('what', 'renewed'), _person, null);
    end if;
  end if;"""),
    ),
    changed(
        SIGNING_IN.MAKE_CODE,
        ("k where k.person_id = o.id));", f"""k where k.person_id = o.id)
            and not exists (select from renewal n where n.person_id = o.id and {OPEN} and r.purpose = 'sign_in'
                               and n.from_at <= now() and n.until_at > now()));"""),
    ),
    changed(SIGNING_IN.END_MY_SIGN_IN, END),
    changed(SIGNING_IN.END_OTHER_SIGN_INS, END, ("<> _token", "<> _token and s.expires_at > now()")),
    changed(
        QUEUE.FORGET_ENDED,
        ("where expires_at <= now() or idle_until <= now();", """where (expires_at <= now() or idle_until <= now())
     and (ended_at is null or ended_at < now() - interval '30 days');
  delete from renewal where asked_at < now() - interval '400 days';"""),
    ),
)  # fmt: skip
BEFORE = (
    SIGNING_IN.START_SIGN_IN,
    SIGNING_IN.MAKE_CODE,
    SIGNING_IN.END_MY_SIGN_IN,
    SIGNING_IN.END_OTHER_SIGN_INS,
    QUEUE.FORGET_ENDED,
)

APP = "trialogue_app"
FUNCTIONS = {  # signature → (body, who may call it; '': other functions of this file alone)
    "owns_firm(uuid, uuid)": (OWNS, ""),
    "renewable(uuid)": (RENEWABLE, APP),
    "renew(uuid, uuid, uuid, text)": (RENEW, ""),
    "authorise_renewal(uuid, uuid, uuid)": (AUTHORISE, APP),
    "take_back_renewal(uuid, uuid)": (TAKE_BACK, APP),
    "renew_owner(uuid, text)": (RENEW_OWNER, "trialogue_owner"),
    "my_renewal()": (MY_RENEWAL, APP),
    "renewal_told(uuid)": (RENEWAL_TOLD, "trialogue_jobs"),
    "ended_sign_in(bytea)": (ENDED_SIGN_IN, APP),
}


def upgrade() -> None:
    op.add_column("sign_in", sa.Column("ended_at", TIME, nullable=True))
    op.create_table(
        "renewal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("from_at", TIME, nullable=False),
        sa.Column("until_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_renewal_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_renewal_firm_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_renewal_by_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal")),
    )
    op.create_index(
        "uq_renewal_open",
        "renewal",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("used_at is null and ended_at is null"),
    )
    op.create_index(op.f("ix_renewal_person_id"), "renewal", ["person_id"])
    wall(op, "renewal")
    op.execute(f"revoke all on renewal from {APP}")
    op.execute("grant insert, update, delete on renewal to trialogue_system")
    with as_system(op):
        for signature, (body, caller) in FUNCTIONS.items():
            op.execute(body)
            if caller:
                op.execute(f"grant execute on function {signature} to {caller}")
        for body in CHANGED:
            op.execute(body)


def downgrade() -> None:
    with as_system(op):
        for body in BEFORE:
            op.execute(changed(body))
        for signature in reversed(FUNCTIONS):
            op.execute(f"drop function {signature}")
    op.drop_table("renewal")
    op.execute("delete from sign_in where ended_at is not null")
    op.drop_column("sign_in", "ended_at")
