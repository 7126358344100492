"""Files: what is uploaded and what is printed, sealed and verified; the firms' keys.

The application reads no key: the worker, as ``trialogue_jobs``, gets the one in force of the firm that it seals for.
Anybody may ask what a file is, by its hash: they must hold it to know that.
"""

import sqlalchemy as sa
from alembic import op

from migrations.rls import as_system, wall

revision = "0022"
down_revision = "0021"

APP, JOBS = "trialogue_app", "trialogue_jobs"
DEFINER = "security definer set search_path = pg_catalog, public"

NEXT_NUMBER = f"""
create function next_number(_kind text, _year integer) returns integer language plpgsql {DEFINER} as $$
declare given integer;
begin
  if acting_company() is null then raise 'nobody is acting' using errcode = 'insufficient_privilege'; end if;
  insert into numbering as n (company_id, kind, year, last) values (acting_company(), _kind, _year, 1)
  on conflict (company_id, kind, year) do update set last = n.last + 1 returning last into given;
  return given;
end $$
"""

ERASED = f"""
create function file_erased() returns trigger language plpgsql {DEFINER} as $$
begin
  insert into erased_file (stored, at) values (old.stored, now()) on conflict do nothing;
  return old;
end $$
"""
ERASING = "create trigger file_erased after delete on file for each row execute function file_erased()"

# Bytes that were put and whose transaction never committed: the worker shows what it finds, oldest a day.
UNKNOWN_FILES = f"""
create function unknown_files(_stored text[]) returns setof text language sql stable {DEFINER} as $$
  select s from unnest(_stored) s where not exists (select from file f where f.stored = s)
$$
"""

SEALED_FILE = f"""
create function sealed_file(_sha256 bytea) returns table (purpose text, number text, version integer, firm text,
  at timestamptz, timestamped boolean) language sql stable {DEFINER} as $$
  select s.purpose, s.number, s.version, c.firm_name, s.at, s.timestamped
  from seal s join company c on c.id = s.company_id where s.sha256 = _sha256 limit 1
$$
"""

FIRM_OF_SEAL = f"""
create function firm_of_seal(_fingerprint bytea) returns text language sql stable {DEFINER} as $$
  select f.name from firm_key k join firm f on f.id = k.firm_id where k.fingerprint = _fingerprint
$$
"""

FIRM_SEAL = f"""
create function firm_seal(_firm uuid) returns table (origin text, certificates text, fingerprint bytea,
  made_at timestamptz, expires_at timestamptz) language sql stable {DEFINER} as $$
  select k.origin, k.certificates, k.fingerprint, k.made_at, k.expires_at from firm_key k
  where k.firm_id = _firm and k.until_at is null and _firm = any (my_firms())
$$
"""

# Under a lock of the firm's: of two keys that come at once, each takes its turn, and one is in force.
TAKE_KEY = f"""
create function take_firm_key(_firm uuid, _id uuid, _origin text, _certificates text, _fingerprint bytea, _secret bytea,
  _expires timestamptz) returns boolean language plpgsql {DEFINER} as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(_firm::text, 23));
  if exists (select from firm_key k where k.fingerprint = _fingerprint) then return false; end if;
  update firm_key k set until_at = now() where k.firm_id = _firm and k.until_at is null;
  insert into firm_key (firm_id, id, origin, certificates, fingerprint, secret, made_at, expires_at)
  values (_firm, _id, _origin, _certificates, _fingerprint, _secret, now(), _expires);
  return true;
end $$
"""

REPLACE_KEY = f"""
create function replace_firm_key(_firm uuid, _id uuid, _certificates text, _fingerprint bytea, _secret bytea,
  _expires timestamptz) returns boolean language plpgsql {DEFINER} as $$
begin
  if not exists (select from staff s where s.firm_id = _firm and s.person_id = acting_person() and s.role = 'owner'
                  and s.accepted_at is not null and s.until_at is null) then
    raise 'not an owner of that firm' using errcode = 'insufficient_privilege';
  end if;
  return take_firm_key(_firm, _id, 'given', _certificates, _fingerprint, _secret, _expires);
end $$
"""

KEY_IN_FORCE = f"""
create function firm_key_in_force(_firm uuid) returns table (id uuid, origin text, certificates text, secret bytea,
  expires_at timestamptz) language sql stable {DEFINER} as $$
  select k.id, k.origin, k.certificates, k.secret, k.expires_at from firm_key k
  where k.firm_id = _firm and k.until_at is null
$$
"""

MAKE_KEY = f"""
create function make_firm_key(_firm uuid, _id uuid, _instead_of uuid, _certificates text, _fingerprint bytea,
  _secret bytea, _expires timestamptz) returns boolean language plpgsql {DEFINER} as $$
declare present uuid;
begin
  perform pg_advisory_xact_lock(hashtextextended(_firm::text, 23));
  select k.id into present from firm_key k where k.firm_id = _firm and k.until_at is null;
  if present is distinct from _instead_of then return false; end if;
  return take_firm_key(_firm, _id, 'made', _certificates, _fingerprint, _secret, _expires);
end $$
"""

FIRMS_WITHOUT = f"""
create function firms_without_key(out firm_id uuid, out name text) returns setof record language sql stable {DEFINER} as $$
  select f.id, f.name from firm f
  where not exists (select from firm_key k where k.firm_id = f.id and k.until_at is null and (k.origin = 'given' or k.expires_at > now()))
$$
"""

# Whoever takes part: each job acts as the one it tells, and finds nothing where they do not read it.
MAIL = "'sealed_document'"  # until 0030
TELL_OF_SEAL = f"""
create function tell_of_seal(_file uuid) returns integer language sql {DEFINER} as $$
  select count(defer_as({MAIL}, jsonb_build_object('file_id', _file), w.person_id, acting_company()))::integer
  from (select distinct k.person_id from file f
          join seal s on (s.company_id, s.id) = (f.company_id, f.id)
          join participation p on (p.company_id, p.mission_id) = (f.company_id, f.mission_id) and p.until_at is null
          join contact k on (k.company_id, k.id) = (p.company_id, p.contact_id)
         where f.company_id = acting_company() and f.id = _file and f.zone_id = any (my_zones())
           and k.person_id is not null) w
$$
"""

FUNCTIONS = {  # signature → (body, who may call it; '': other functions of this file alone)
    "next_number(text, integer)": (NEXT_NUMBER, APP),
    "file_erased()": (ERASED, "trialogue_owner"),  # who makes the trigger
    "unknown_files(text[])": (UNKNOWN_FILES, JOBS),
    "sealed_file(bytea)": (SEALED_FILE, APP),
    "firm_of_seal(bytea)": (FIRM_OF_SEAL, APP),
    "firm_seal(uuid)": (FIRM_SEAL, APP),
    "take_firm_key(uuid, uuid, text, text, bytea, bytea, timestamptz)": (TAKE_KEY, ""),
    "replace_firm_key(uuid, uuid, text, bytea, bytea, timestamptz)": (REPLACE_KEY, APP),
    "tell_of_seal(uuid)": (TELL_OF_SEAL, APP),
    "firms_without_key()": (FIRMS_WITHOUT, JOBS),
    "firm_key_in_force(uuid)": (KEY_IN_FORCE, JOBS),
    "make_firm_key(uuid, uuid, uuid, text, bytea, bytea, timestamptz)": (MAKE_KEY, JOBS),
}


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def fk(table: str, column: str, name: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company_id", column],
        [f"{table}.company_id", f"{table}.id"],
        name=op.f(name),
        ondelete=ondelete,
    )


def upgrade() -> None:
    op.create_table(
        "file",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("purpose", "name", "type")),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("stored", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        moment("at"),
        sa.CheckConstraint(
            "purpose in ('context', 'annex', 'contribution', 'paper', 'agreement', 'plan')",
            name=op.f("ck_file_purpose"),
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_file_size")),
        sa.CheckConstraint("length(sha256) = 32", name=op.f("ck_file_sha256")),
        fk("zone", "zone_id", "fk_file_company_id_zone_id"),
        fk("mission", "mission_id", "fk_file_company_id_mission_id"),
        fk("contact", "by_id", "fk_file_company_id_by_id"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_file")),
        sa.UniqueConstraint("stored", name=op.f("uq_file_stored")),
    )
    op.create_index("ix_file_zone", "file", ["company_id", "zone_id"])
    op.create_index("ix_file_mission", "file", ["company_id", "mission_id", "purpose"])
    op.create_table(
        "seal",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("timestamped", sa.Boolean(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        moment("at"),
        fk("file", "id", "fk_seal_company_id_id", "CASCADE"),
        fk("zone", "zone_id", "fk_seal_company_id_zone_id"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_seal")),
    )
    op.create_index(
        op.f("ix_seal_company_id_purpose_subject_id"),
        "seal",
        ["company_id", "purpose", "subject_id"],
        unique=True,
    )
    op.create_index(op.f("ix_seal_company_id_number"), "seal", ["company_id", "number"], unique=True)
    op.create_index("ix_seal_zone", "seal", ["company_id", "zone_id"])
    op.create_index(op.f("ix_seal_sha256"), "seal", ["sha256"])
    op.create_table(
        "numbering",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "kind", "year", name=op.f("pk_numbering")),
    )
    op.create_table(
        "erased_file",
        sa.Column("stored", sa.Text(), nullable=False),
        moment("at"),
        sa.PrimaryKeyConstraint("stored", name=op.f("pk_erased_file")),
    )
    op.create_table(
        "firm_key",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("certificates", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        moment("made_at"),
        moment("expires_at"),
        moment("until_at", nullable=True),
        sa.CheckConstraint("origin in ('made', 'given')", name=op.f("ck_firm_key_origin")),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_firm_key_firm_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_key")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_firm_key_fingerprint")),
    )
    op.create_index(
        "ix_firm_key_in_force",
        "firm_key",
        ["firm_id"],
        unique=True,
        postgresql_where=sa.text("until_at is null"),
    )
    op.create_index(op.f("ix_firm_key_firm_id"), "firm_key", ["firm_id"])
    wall(op, "file", "seal", "numbering", "erased_file", "firm_key")
    op.execute(f"revoke update on file from {APP}")
    op.execute(f"revoke update, delete on seal from {APP}")
    op.execute(f"revoke all on numbering, erased_file, firm_key from {APP}")
    op.execute("grant insert, update on numbering, firm_key to trialogue_system")
    op.execute("grant insert on erased_file to trialogue_system")
    op.execute(f"grant select, delete on erased_file to {JOBS}")
    with as_system(op):
        for signature, (body, caller) in FUNCTIONS.items():
            op.execute(body)
            if caller:
                op.execute(f"grant execute on function {signature} to {caller}")
    op.execute(ERASING)


def downgrade() -> None:
    op.execute("drop trigger file_erased on file")
    op.execute("set role trialogue_system")
    for signature in reversed(FUNCTIONS):
        op.execute(f"drop function {signature}")
    op.execute("reset role")
    for table in ("firm_key", "erased_file", "numbering", "seal", "file"):
        op.drop_table(table)
