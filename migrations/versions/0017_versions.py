"""The agreement's rules, versions and signatures; the signed matrix becomes the reading rule.

A version's bytes never move: the application adds one, closes it by a reopening, and no more. It enters force by
``agreement_in_force`` alone, which judges by itself that every required signature stands on the hash of those bytes;
from this step on the application writes no matrix but a mission's first one, nor a mission's rule, dates and hours.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.rls import as_system, rewall, wall

revision = "0017"
down_revision = "0016"

ROOMS = import_module("migrations.versions.0015_rooms")
DEFINER = ROOMS.DEFINER
TABLES = (
    "clause_template",
    "terms",
    "clause",
    "agreement_version",
    "agreement_answer",
    "talk",
    "dates_amendment",
    "dates_answer",
)
RULES = ("rule", "matrix_cell", "reported_cell")
ADDED = {"mission": ("system_rows",)} | dict.fromkeys(RULES, ("first_rule", "system_adds"))

# Whoever takes part now, as one who signs.
SITS = "(p.until_at is null or p.until_at > now())"

# What the mentor and the mentee read is never discussed, nor what the three parties read of their own work.
FIXED = """
    select k as kind, r as role from unnest('{agreement,context,objectives,roadmap,summaries,calendar,report,minutes,team}'::text[]) k,
           unnest('{mentee,mentor}'::text[]) r
    union select k, 'manager' from unnest('{agreement,objectives,roadmap}'::text[]) k"""
KINDS = "'{agreement,context,objectives,roadmap,summaries,calendar,report,minutes}'"
ROLES = "'{mentee,mentor,manager,sponsor,hr}'"

IN_FORCE = f"""
create function agreement_in_force(_version uuid) returns uuid language plpgsql {DEFINER} as $$
declare
  v agreement_version;
  said jsonb;
  made uuid := gen_random_uuid();
begin
  select * into v from agreement_version a
   where a.company_id = acting_company() and a.id = _version and a.zone_id = any (my_zones()) for update;
  if not found then raise 'no such version' using errcode = 'insufficient_privilege'; end if;
  if v.in_force_at is not null then return v.rule_id; end if;
  said := convert_from(v.canonical, 'UTF8')::jsonb;
  if v.reopened_at is not null or v.hash is distinct from encode(sha256(v.canonical), 'hex')
     or (said->'mission'->>'id')::uuid is distinct from v.mission_id or (said->>'number')::int is distinct from v.number
     or exists (select from agreement_version o where o.company_id = v.company_id and o.mission_id = v.mission_id
                   and o.in_force_at is not null and o.number > v.number) then
    raise 'not a version that can be in force' using errcode = 'check_violation';
  end if;
  if exists (select from jsonb_array_elements(said->'signatories') s where not exists (
       select from agreement_answer a where a.company_id = v.company_id and a.version_id = v.id and a.kind = 'signed'
          and a.hash = v.hash and a.contact_id = (s->>'contact')::uuid))
     or exists (select from participation p where p.company_id = v.company_id and p.mission_id = v.mission_id
          and p.role in ('mentee', 'mentor') and {SITS} and not exists (
            select from jsonb_array_elements(said->'signatories') s where (s->>'contact')::uuid = p.contact_id)) then
    raise 'not everybody has signed' using errcode = 'check_violation';
  end if;
  insert into rule (company_id, id, mission_id, version, made_at) values (v.company_id, made, v.mission_id, v.number, now());
  insert into matrix_cell (company_id, rule_id, mission_id, kind, role)
  select v.company_id, made, v.mission_id, c.kind, c.role from (
    select k.key as kind, r.key as role from jsonb_each(said->'matrix') k, jsonb_each_text(k.value) r
     where r.value = 'read' and k.key = any ({KINDS}) and r.key = any ({ROLES})
    union {FIXED}) c;
  insert into reported_cell (company_id, rule_id, mission_id, kind, role)
  select v.company_id, made, v.mission_id, k.key, r.key from jsonb_each(said->'matrix') k, jsonb_each_text(k.value) r
   where r.value = 'later' and k.key = any ({KINDS}) and r.key = any ({ROLES});
  update mission m set rule_id = made, starts_on = (said->>'starts_on')::date, ends_on = (said->>'ends_on')::date,
         hours = (said->>'hours')::int, revision = m.revision + 1
   where m.company_id = v.company_id and m.id = v.mission_id;
  update agreement_version a set in_force_at = now(), rule_id = made where a.company_id = v.company_id and a.id = v.id;
  return made;
end $$
"""

# Whose word new dates need, and whose is missing: the direction's and the firm's signatures, mentees and mentors by a tap.
DATES_LACK = f"""
create function dates_lack(_amendment uuid) returns table (contact uuid, act text) language sql stable {DEFINER} as $$
  with d as (select * from dates_amendment a where a.company_id = acting_company() and a.id = _amendment
                and a.mission_id = any (my_missions())),
  given as (select w.contact_id, w.kind, w.party from d join dates_answer w
     on (w.company_id, w.amendment_id, w.hash) = (d.company_id, d.id, d.hash) and w.kind in ('signed', 'accepted'))
  select distinct on (p.contact_id) p.contact_id, case p.role when 'sponsor' then 'sign' else 'accept' end
    from d join participation p on (p.company_id, p.mission_id) = (d.company_id, d.mission_id) and {SITS}
     and p.role in ('sponsor', 'mentee', 'mentor')
   where not exists (select from given g where g.contact_id = p.contact_id and (g.kind = 'signed' or p.role <> 'sponsor'))
   order by p.contact_id, p.role <> 'sponsor'
$$
"""
DATES_FIRM = f"""
create function dates_firm(_amendment uuid) returns boolean language sql stable {DEFINER} as $$
  select exists (select from dates_amendment d
    join dates_answer w on (w.company_id, w.amendment_id, w.hash) = (d.company_id, d.id, d.hash) and w.kind = 'signed' and w.party = 'firm'
    join contact k on (k.company_id, k.id) = (w.company_id, w.contact_id) and k.staff
    where d.company_id = acting_company() and d.id = _amendment and d.mission_id = any (my_missions()))
$$
"""
DATES_IN_FORCE = f"""
create function dates_in_force(_amendment uuid) returns boolean language plpgsql {DEFINER} as $$
declare d dates_amendment;
begin
  select * into d from dates_amendment a where a.company_id = acting_company() and a.id = _amendment
     and a.mission_id = any (my_missions()) for update;
  if not found or d.withdrawn_at is not null then return false; end if;
  if d.in_force_at is not null then return true; end if;
  if exists (select from dates_lack(_amendment)) or not dates_firm(_amendment) then return false; end if;
  update mission m set starts_on = d.starts_on, ends_on = d.ends_on, hours = d.hours, revision = m.revision + 1
   where m.company_id = d.company_id and m.id = d.mission_id;
  update dates_amendment a set in_force_at = now() where a.company_id = d.company_id and a.id = d.id;
  return true;
end $$
"""

# In a zone that staff do not read: exactly who is still awaited for these dates. A topic that each one hears.
DATES_AWAIT = f"""
create function dates_await(_amendment uuid) returns void language plpgsql {DEFINER} as $$
declare d dates_amendment;
begin
  select * into d from dates_amendment a where a.company_id = acting_company() and a.id = _amendment
     and a.mission_id = any (my_missions());
  if not found then return; end if;
  delete from awaited w where w.company_id = d.company_id and w.subject_id = d.id
     and (d.withdrawn_at is not null or d.in_force_at is not null
          or not exists (select from dates_lack(_amendment) l where l.contact = w.contact_id));
  if d.withdrawn_at is not null or d.in_force_at is not null then return; end if;
  insert into awaited (company_id, id, zone_id, mission_id, strand_id, contact_id, kind, subject_id, since)
  select d.company_id, gen_random_uuid(), s.state_zone_id, d.mission_id, p.strand_id, l.contact,
         case l.act when 'sign' then 'agreement.sign_dates' else 'agreement.accept' end, d.id, now()
    from dates_lack(_amendment) l
    cross join lateral (select q.strand_id from participation q where q.company_id = d.company_id
       and q.mission_id = d.mission_id and q.contact_id = l.contact order by q.strand_id nulls last limit 1) p
    cross join lateral (select t.state_zone_id from strand t where t.company_id = d.company_id and t.mission_id = d.mission_id
       and (p.strand_id is null or t.id = p.strand_id) order by t.position limit 1) s
  on conflict do nothing;
end $$
"""

# How hours are spent: dates, hours and counts, which the firm's staff read.
VALUES = f"""
create function agreement_values(_mission uuid) returns jsonb language sql stable {DEFINER} as $$
  select convert_from(v.canonical, 'UTF8')::jsonb->'values' from agreement_version v
   where v.company_id = acting_company() and v.mission_id = _mission and v.in_force_at is not null
     and _mission = any (my_missions())
   order by v.number desc limit 1
$$
"""

# The rules that its firm proposes, for whoever acts in a company of that firm: nothing of another client is in them.
COMPANY_CLAUSES = f"""
create function company_clauses() returns table (version int, content jsonb) language sql stable {DEFINER} as $$
  select t.version, t.content from company c join clause_template t on t.firm_id = c.firm_id
   where c.id = acting_company() order by t.version desc limit 1
$$
"""

# What one has signed, or was asked to, stays readable to whoever it names, also once they have left the mission.
MY_VERSION = f"""
create function my_version(_version uuid) returns jsonb language sql stable {DEFINER} as $$
  select jsonb_build_object('id', v.id, 'mission', v.mission_id, 'number', v.number, 'kind', v.kind, 'hash', v.hash,
      'canonical', convert_from(v.canonical, 'UTF8'), 'proposed_at', v.proposed_at, 'in_force_at', v.in_force_at,
      'signatures', (select jsonb_agg(jsonb_build_object('contact', a.contact_id, 'roles', a.roles, 'at', a.at,
          'means', a.means) order by a.at) from agreement_answer a where a.company_id = v.company_id
            and a.version_id = v.id and a.kind = 'signed' and a.hash = v.hash))
    from agreement_version v
   where v.company_id = acting_company() and v.id = _version and v.in_force_at is not null
     and exists (select from agreement_answer a where a.company_id = v.company_id and a.version_id = v.id
                    and a.kind = 'signed' and a.contact_id = acting_contact())
$$
"""

FACTS = """
  select case when cardinality(_strands) > 0 then (
    select jsonb_strip_nulls(jsonb_build_object(
      'version', coalesce(o.number, f.number), 'proposed', o.proposed_at, 'signed', f.in_force_at, 'in_force', f.number,
      'refused', (select nullif(count(*), 0) from agreement_answer a where a.company_id = _company
                     and a.version_id = o.id and a.kind = 'refused'),
      'amending', (select t.open from terms t where t.company_id = _company and t.mission_id = _mission
                      and f.number is not null and t.open)))
    from (select 1) one
    left join lateral (select v.* from agreement_version v where v.company_id = _company and v.mission_id = _mission
       and v.in_force_at is null and v.reopened_at is null) o on true
    left join lateral (select v.* from agreement_version v where v.company_id = _company and v.mission_id = _mission
       and v.in_force_at is not null order by v.number desc limit 1) f on true
    where o.id is not null or f.id is not null) end"""

FUNCTIONS = {
    "agreement_in_force(uuid)": (IN_FORCE, True),
    "dates_lack(uuid)": (DATES_LACK, True),
    "dates_firm(uuid)": (DATES_FIRM, True),
    "dates_in_force(uuid)": (DATES_IN_FORCE, True),
    "dates_await(uuid)": (DATES_AWAIT, True),
    "agreement_values(uuid)": (VALUES, True),
    "company_clauses()": (COMPANY_CLAUSES, True),
    "my_version(uuid)": (MY_VERSION, True),
}


def upgrade() -> None:
    op.create_table(
        "clause_template",
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_clause_template_firm_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_clause_template_made_by")),
        sa.PrimaryKeyConstraint("firm_id", "id", name=op.f("pk_clause_template")),
    )
    op.create_index("uq_clause_template_version", "clause_template", ["firm_id", "version"], unique=True)
    op.create_table(
        "terms",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("amends", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("late_hours", sa.Integer(), nullable=True),
        sa.Column("preparation_minutes", sa.Integer(), nullable=False),
        sa.Column("report_minutes", sa.Integer(), nullable=False),
        sa.Column("framing_counts", sa.Boolean(), nullable=False),
        sa.Column("notebook_months", sa.Integer(), nullable=False),
        sa.Column("price", sa.Text(), nullable=False),
        sa.Column("hr_signs", sa.Boolean(), nullable=False),
        sa.Column("matrix", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("touched", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("hours >= 0", name=op.f("ck_terms_hours")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_terms_dates")),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_terms_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_terms_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_terms")),
    )
    op.create_index("ix_terms_zone", "terms", ["company_id", "zone_id"], unique=False)
    op.create_index("uq_terms_mission", "terms", ["company_id", "mission_id"], unique=True)
    op.create_table(
        "clause",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("reading", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_clause_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_clause_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_clause")),
    )
    op.create_index("ix_clause_zone", "clause", ["company_id", "zone_id"], unique=False)
    op.create_index("uq_clause_key", "clause", ["company_id", "mission_id", "key"], unique=True)
    op.create_table(
        "agreement_version",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("canonical", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_by", sa.Uuid(), nullable=True),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rule_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("hash = encode(sha256(canonical), 'hex')", name=op.f("ck_agreement_version_hash")),
        sa.CheckConstraint(
            "kind in ('agreement', 'amendment', 'paper')", name=op.f("ck_agreement_version_kind")
        ),
        sa.CheckConstraint(
            "reopened_at is null or in_force_at is null", name=op.f("ck_agreement_version_ended")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_agreement_version_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "proposed_by"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_agreement_version_company_id_proposed_by"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "reopened_by"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_agreement_version_company_id_reopened_by"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "rule_id"],
            ["rule.company_id", "rule.id"],
            name=op.f("fk_agreement_version_company_id_rule_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_agreement_version_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_agreement_version")),
    )
    op.create_index("ix_agreement_version_zone", "agreement_version", ["company_id", "zone_id"], unique=False)
    op.create_index(
        "uq_agreement_version_number",
        "agreement_version",
        ["company_id", "mission_id", "number"],
        unique=True,
    )
    op.create_index(
        "uq_agreement_version_open",
        "agreement_version",
        ["company_id", "mission_id"],
        unique=True,
        postgresql_where="reopened_at is null and in_force_at is null",
    )
    op.create_table(
        "agreement_answer",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("roles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("means", sa.Text(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'signed') = (means is not null)", name=op.f("ck_agreement_answer_means")),
        sa.CheckConstraint("kind in ('signed', 'change', 'refused')", name=op.f("ck_agreement_answer_kind")),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_agreement_answer_company_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "version_id"],
            ["agreement_version.company_id", "agreement_version.id"],
            name=op.f("fk_agreement_answer_company_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_agreement_answer_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_agreement_answer")),
    )
    op.create_index("ix_agreement_answer_zone", "agreement_answer", ["company_id", "zone_id"], unique=False)
    op.create_index(
        "uq_agreement_answer_once",
        "agreement_answer",
        ["company_id", "version_id", "contact_id", "kind"],
        unique=True,
    )
    op.create_table(
        "talk",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "author_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_talk_company_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_talk_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "version_id"],
            ["agreement_version.company_id", "agreement_version.id"],
            name=op.f("fk_talk_company_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"], ["zone.company_id", "zone.id"], name=op.f("fk_talk_company_id_zone_id")
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_talk")),
    )
    op.create_index(op.f("ix_talk_company_id_version_id"), "talk", ["company_id", "version_id"], unique=False)
    op.create_index("ix_talk_zone", "talk", ["company_id", "zone_id"], unique=False)
    op.create_table(
        "dates_amendment",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("hours >= 0", name=op.f("ck_dates_amendment_hours")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_dates_amendment_dates")),
        sa.CheckConstraint(
            "withdrawn_at is null or in_force_at is null", name=op.f("ck_dates_amendment_ended")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_dates_amendment_company_id_mission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "proposed_by"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_dates_amendment_company_id_proposed_by"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_dates_amendment")),
    )
    op.create_index(
        "uq_dates_amendment_number", "dates_amendment", ["company_id", "mission_id", "number"], unique=True
    )
    op.create_index(
        "uq_dates_amendment_open",
        "dates_amendment",
        ["company_id", "mission_id"],
        unique=True,
        postgresql_where="withdrawn_at is null and in_force_at is null",
    )
    op.create_table(
        "dates_answer",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("amendment_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("means", sa.Text(), nullable=True),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'signed') = (means is not null)", name=op.f("ck_dates_answer_means")),
        sa.CheckConstraint("kind in ('signed', 'accepted', 'refused')", name=op.f("ck_dates_answer_kind")),
        sa.ForeignKeyConstraint(
            ["company_id", "amendment_id"],
            ["dates_amendment.company_id", "dates_amendment.id"],
            name=op.f("fk_dates_answer_company_id_amendment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "contact_id"],
            ["contact.company_id", "contact.id"],
            name=op.f("fk_dates_answer_company_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "mission_id"],
            ["mission.company_id", "mission.id"],
            name=op.f("fk_dates_answer_company_id_mission_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_dates_answer")),
    )
    op.create_index(
        "uq_dates_answer_once", "dates_answer", ["company_id", "amendment_id", "contact_id"], unique=True
    )
    wall(op, *TABLES)
    rewall(op, *ADDED)
    for table in ("agreement_answer", "dates_answer", "clause_template"):
        op.execute(f"revoke update, delete on {table} from trialogue_app")
    op.execute("revoke update, delete on agreement_version, dates_amendment from trialogue_app")
    op.execute("grant update (invited_at, reopened_at, reopened_by) on agreement_version to trialogue_app")
    op.execute("grant update (withdrawn_at) on dates_amendment to trialogue_app")
    op.execute("revoke update, delete on mission, rule, matrix_cell, reported_cell from trialogue_app")
    op.execute("grant update (title) on mission to trialogue_app")
    op.execute("grant update on mission, agreement_version, dates_amendment to trialogue_system")
    op.execute("grant insert on rule, matrix_cell, reported_cell to trialogue_system")
    with as_system(op):
        for signature, (body, called) in FUNCTIONS.items():
            op.execute(body)
            op.execute(f"revoke all on function {signature} from public")
            if called:
                op.execute(f"grant execute on function {signature} to trialogue_app")
        op.execute(ROOMS.facts("versions", FACTS))


def downgrade() -> None:
    with as_system(op):
        op.execute(ROOMS.facts("versions"))
        for signature in reversed(FUNCTIONS):
            op.execute(f"drop function {signature}")
    op.execute("revoke insert on rule, matrix_cell, reported_cell from trialogue_system")
    op.execute("revoke update on mission from trialogue_system")
    op.execute("revoke update (title) on mission from trialogue_app")
    op.execute("grant update, delete on mission, rule, matrix_cell, reported_cell to trialogue_app")
    for table, names in ADDED.items():
        for name in names:
            op.execute(f"drop policy {name} on {table}")
    for table in reversed(TABLES):
        op.drop_table(table)
