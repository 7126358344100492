"""Documents: log, snapshot, folded text, who hides from whom; and what the live module asks, one round trip each.

The three functions run as whoever calls them (security invoker): the walls hold inside. They exist so that a keystroke,
a join and a handshake each cost one statement.
"""

import sqlalchemy as sa
from alembic import op

from migrations.rls import wall

revision = "0006"
down_revision = "0005"

TABLES = ("document", "document_update", "document_snapshot", "document_text", "presence_hidden")

# The group commit. Taking the document's row makes the ids of one log grow in the order of commits, and lets nothing in
# after a freeze; a row that somebody holds is skipped: its updates wait for the next batch, the others do not.
APPEND = """
create function append_updates(companies uuid[], documents uuid[], datas bytea[], contacts uuid[])
returns table (document uuid, row_id bigint) language plpgsql set search_path = pg_catalog, public as $$
declare
  c uuid;
begin
  for c in select distinct u from unnest(companies) u loop
    perform set_config('app.company_id', c::text, true);
    return query
      with taken as materialized (
        select d.id, d.zone_id from document d
         where d.company_id = c and d.id = any (documents) and d.frozen_at is null and d.ended_why is null
           for no key update skip locked)
      insert into document_update as n (company_id, document_id, zone_id, data, contact_id)
      select c, u.doc, t.zone_id, u.data, u.contact
        from unnest(companies, documents, datas, contacts) with ordinality u(company, doc, data, contact, place)
        join taken t on t.id = u.doc
       where u.company = c order by u.place
      returning n.document_id, n.id;
  end loop;
end $$
"""

# What a page asks of the documents that it opens, as the person: what the walls hide is not in the answer.
JOIN = """
create function join_documents(token bytea, slug text, documents uuid[])
returns table (document uuid, zone uuid, mission uuid, strand uuid, author uuid, kind text, frozen boolean,
               ended text, next uuid, head bigint, folded bigint, settled bigint, updates bigint, data bytea[])
language plpgsql set search_path = pg_catalog, public as $$
begin
  if (select e.company is null from enter(token, slug) e) then
    raise insufficient_privilege using message = 'not entered';
  end if;
  return query
    select d.id, d.zone_id, z.mission_id, z.strand_id, z.author_id, d.kind, d.frozen_at is not null, d.ended_why,
           d.next_id, greatest(s.head, l.head), t.folded, t.settled, l.updates,
           case when s.data is null then l.data else s.data || l.data end
      from document d
      join zone z on z.company_id = d.company_id and z.id = d.zone_id
      left join document_snapshot s on s.company_id = d.company_id and s.document_id = d.id
      left join lateral (
        select max(u.id) as head, count(*) as updates, coalesce(array_agg(u.data order by u.id), '{}') as data
          from document_update u where u.company_id = d.company_id and u.document_id = d.id) l on true
      left join lateral (
        select min(x.head) as folded, min(x.settled_head) as settled
          from document_text x where x.company_id = d.company_id and x.document_id = d.id) t on true
     where d.company_id = acting_company() and d.id = any (documents);
end $$
"""

# Who opens a socket, and what they may hear on that page: one answer, as JSON.
GREET = """
create function greet(token bytea, slug text, page_mission uuid, page_strand uuid) returns jsonb
language plpgsql set search_path = pg_catalog, public as $$
declare
  w record;
begin
  select * into w from enter(token, slug);
  if w.company is null then
    return jsonb_build_object('person', w.person);
  end if;
  return (
    select jsonb_build_object(
      'person', w.person, 'company', w.company, 'contact', w.contact, 'sign_in', sign_in_id(token),
      'given', k.given_name, 'family', k.family_name, 'firm', c.firm_id,
      'staff', (select jsonb_agg(f.role) from staff f where f.firm_id = c.firm_id and f.person_id = w.person
                   and f.accepted_at is not null and f.until_at is null),
      'seats', (select jsonb_agg(jsonb_build_object('mission', p.mission_id, 'strand', p.strand_id, 'role', p.role,
                   'from', p.reads_from, 'until', p.until_at))
                  from participation p where p.company_id = w.company and p.contact_id = w.contact
                   and (page_mission is null or p.mission_id = page_mission)),
      'sees', page_mission is null or (
         page_mission = any (my_missions()) and (page_strand is null or exists (
           select from strand s where s.company_id = w.company and s.id = page_strand and s.mission_id = page_mission
              and (is_staff_here() or exists (
                select from participation p where p.company_id = w.company and p.contact_id = w.contact
                   and p.mission_id = page_mission and (p.strand_id is null or p.strand_id = page_strand)
                   and p.reads_from <= now() and (p.until_at is null or p.until_at > now())))))),
      'zones', (select jsonb_agg(z.id) from zone z
                 where z.company_id = w.company and (page_mission is null or z.mission_id = page_mission)),
      'hides', (select jsonb_agg(h.hidden_from_id) from presence_hidden h
                 where h.company_id = w.company and h.contact_id = w.contact))
      from contact k join company c on c.id = k.company_id
     where k.company_id = w.company and k.id = w.contact);
end $$
"""

FUNCTIONS = {
    "append_updates(uuid[], uuid[], bytea[], uuid[])": (APPEND, "trialogue_live"),
    "join_documents(bytea, text, uuid[])": (JOIN, "trialogue_app"),
    "greet(bytea, text, uuid, uuid)": (GREET, "trialogue_app"),
}


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.Column("next_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("ended_why in ('replaced', 'withdrawn')", name=op.f("ck_document_why")),
        sa.ForeignKeyConstraint(
            ["company_id", "zone_id"],
            ["zone.company_id", "zone.id"],
            name=op.f("fk_document_company_id_zone_id"),
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_document")),
    )
    op.create_index("ix_document_zone", "document", ["company_id", "zone_id", "id"])
    op.create_index(op.f("ix_document_company_id_subject_id"), "document", ["company_id", "subject_id"])
    op.create_table(
        "document_update",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "document_id", "id", name=op.f("pk_document_update")),
    )
    op.create_table(
        "document_snapshot",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        _of_document("document_snapshot"),
        sa.PrimaryKeyConstraint("company_id", "document_id", name=op.f("pk_document_snapshot")),
    )
    op.create_table(
        "document_text",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.Column("settled_text", sa.Text(), nullable=False),
        sa.Column("settled_head", sa.BigInteger(), nullable=False),
        sa.Column("writers", sa.ARRAY(sa.Uuid()), nullable=False),
        _of_document("document_text"),
        sa.PrimaryKeyConstraint("company_id", "document_id", "root", name=op.f("pk_document_text")),
    )
    op.create_index("ix_document_text_zone", "document_text", ["company_id", "zone_id", "document_id"])
    op.create_table(
        "presence_hidden",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("hidden_from_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("contact_id <> hidden_from_id", name=op.f("ck_presence_hidden_other")),
        _contact("contact_id"),
        _contact("hidden_from_id"),
        sa.PrimaryKeyConstraint(
            "company_id", "contact_id", "hidden_from_id", name=op.f("pk_presence_hidden")
        ),
    )
    wall(op, *TABLES)
    # the log is appended to and cut, never altered
    op.execute("revoke update on document_update from trialogue_app")
    op.execute("grant select, insert, delete on document_update to trialogue_live")
    op.execute("grant select, insert, update on document_snapshot to trialogue_live")
    # taking a row asks for the right to update one of its columns; this one says nothing to anybody
    op.execute("grant select, update (created_at) on document to trialogue_live")
    op.execute("grant select (company_id, document_id, head) on document_text to trialogue_live")
    for signature, (body, role) in FUNCTIONS.items():
        op.execute(body)
        op.execute(f"grant execute on function {signature} to {role}")


def downgrade() -> None:
    for signature in FUNCTIONS:
        op.execute(f"drop function {signature}")
    for table in reversed(TABLES):
        op.drop_table(table)


def _of_document(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company_id", "document_id"],
        ["document.company_id", "document.id"],
        name=op.f(f"fk_{table}_company_id_document_id"),
        ondelete="CASCADE",
    )


def _contact(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company_id", column],
        ["contact.company_id", "contact.id"],
        name=op.f(f"fk_presence_hidden_company_id_{column}"),
    )
