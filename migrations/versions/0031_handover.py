"""A difficulty told to one person of the firm; what waits for one person alone, which nobody else is told of.

Everything here is written by functions that judge for themselves who acts: the application reads, and no more.
"""

import sqlalchemy as sa
from alembic import op

from migrations.rls import as_system, wall

revision = "0031"
down_revision = "0030"

DEFINER = "security definer set search_path = pg_catalog, public"
APP, SYSTEM, JOBS = "trialogue_app", "trialogue_system", "trialogue_jobs"
TIME = sa.DateTime(timezone=True)
TABLES = ("difficulty", "difficulty_word")

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
$$
"""
MY_OWN_WAITS = f"""
create function my_own_waits() returns table (id uuid, company text, slug text, firm text, mission uuid, title text,
  strand uuid, mentee text, kind text, subject uuid, number bigint, since timestamptz, due_on date)
language sql stable {DEFINER} as $$
  select o.id, o.company, o.slug, o.firm, o.mission, o.title, o.strand, o.mentee, o.kind, o.subject, o.number, o.since, o.due_on
    from own_waits(acting_person()) o where acting_person() is not null order by o.since, o.id
$$
"""
TELL_ALL_OWN = f"""
create function tell_all_own() returns integer language sql {DEFINER} as $$
  select coalesce(sum(tell_person(w.person, null)), 0)::integer from (select distinct o.person from own_waits(null) o) w
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
    "own_waits(uuid)": (OWN_WAITS, ""),
    "my_own_waits()": (MY_OWN_WAITS, APP),
    "tell_all_own()": (TELL_ALL_OWN, JOBS),
}
COUNTED = ("'mine', my_count())", "'mine', my_count() + (select count(*) from my_own_waits()))")


def upgrade() -> None:
    _difficulty()
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


def downgrade() -> None:
    with as_system(op):
        _rewrite("mission_state", *reversed(COUNTED))
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


def _rewrite(name: str, old: str, new: str) -> None:
    """The function as it stands, with other words in place of those. Raises ValueError where they do not stand once."""
    body = op.get_bind().exec_driver_sql("select pg_get_functiondef(%s::regproc)", (name,)).scalar_one()
    if body.count(old) != 1:
        raise ValueError(f"{name}: {old}")
    op.get_bind().exec_driver_sql(body.replace(old, new).replace("%", "%%"))
