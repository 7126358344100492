"""The report: passages, what the mentee asks, receipts; what may be repeated in it, and that an issued one stays as it is.

``report_takes`` is the rule of tenants/mission/report/reach.py. Where a passage comes from is read here, from the row
itself: nobody can say that it stands elsewhere.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.rls import as_system, wall

revision = "0033"
down_revision = "0032"

ROOMS = import_module("migrations.versions.0015_rooms")
DEFINER = ROOMS.DEFINER
TABLES = ("report", "report_passage", "report_request", "report_receipt")
PURPOSES = "'context', 'annex', 'contribution', 'paper', 'agreement', 'plan'"

# By strand: until when the mentee reads first (told to whoever reads that report), when the last one was issued.
FACTS = """
  select jsonb_object_agg(x.strand_id::text, jsonb_build_object('until', x.until, 'issued', x.issued))
    from (select r.strand_id,
                 max(r.closes_at) filter (where r.issued_at is null and r.read_at is null and r.closes_at > now()) as until,
                 max(r.issued_at) filter (where r.recalled_at is null) as issued
            from report r
           where r.company_id = _company and r.mission_id = _mission and r.strand_id = any (_strands)
             and (r.issued_at is not null or r.opened_at is not null and r.zone_id = any ((select my_zones())::uuid[]))
           group by r.strand_id) x
"""
TOLD = ", ".join(
    f"'{room}', {room}_facts(_company, _mission, (select my_strands(_company, _mission)))"
    for room in (*ROOMS.ROOMS, "report")
)
STATE_OF = f"""
create or replace function state_of(_company uuid, _mission uuid) returns jsonb language sql stable {DEFINER} as $$
  select objectives_state_of(_company, _mission) || jsonb_build_object('rooms', jsonb_strip_nulls(jsonb_build_object({TOLD})))
$$
"""

TAKES = f"""
create function report_takes(_company uuid, _mission uuid, _strand uuid, _zone uuid) returns boolean
language sql stable {DEFINER} as $$
  select exists (
    select from zone z join mission m on (m.company_id, m.id) = (z.company_id, z.mission_id)
     where z.company_id = _company and z.id = _zone and z.mission_id = _mission
       and (z.strand_id is null or z.strand_id = _strand)
       and z.audience in ('parties', 'everyone')
       and not exists (
         select from matrix_cell r
          where r.company_id = m.company_id and r.rule_id = m.rule_id and r.kind = 'report'
            and not exists (select from reported_cell x where (x.company_id, x.rule_id, x.kind, x.role)
                               = (m.company_id, m.rule_id, z.kind, r.role))
            and not ((z.audience = 'everyone' or r.role in ('mentor', 'mentee', 'manager'))
                 and exists (select from matrix_cell t where (t.company_id, t.rule_id, t.kind, t.role)
                               = (m.company_id, z.rule_id, z.kind, r.role))
                 and exists (select from matrix_cell t where (t.company_id, t.rule_id, t.kind, t.role)
                               = (m.company_id, m.rule_id, z.kind, r.role)))))
$$
"""

# Where a source stands: a row of that mission that was shared, or nothing.
SOURCE_ZONE = f"""
create function report_source_zone(_company uuid, _mission uuid, _kind text, _id uuid) returns uuid
language sql stable {DEFINER} as $$
  select case _kind
    when 'sentence' then (select s.zone_id from agreement_text s
      where s.company_id = _company and s.mission_id = _mission and s.id = _id and s.what = 'sentence')
    when 'objective' then (select s.zone_id from objective s
      where s.company_id = _company and s.mission_id = _mission and s.id = _id and s.shared_at is not null)
    when 'axis' then (select s.zone_id from axis s
      where s.company_id = _company and s.mission_id = _mission and s.id = _id and s.shared_at is not null)
    when 'action' then (select s.zone_id from action s
      where s.company_id = _company and s.mission_id = _mission and s.id = _id)
    when 'session' then (select s.zone_id from session s
      where s.company_id = _company and s.mission_id = _mission and s.id = _id)
    when 'review' then (select s.zone_id from review s
      where s.company_id = _company and s.mission_id = _mission and s.id = _id and s.approved_at is not null)
    when 'summary' then (select s.zone_id from summary s
      where s.company_id = _company and s.mission_id = _mission and s.id = _id and s.shared_at is not null)
  end
$$
"""

PASSAGE = f"""
create function report_passage_taken() returns trigger language plpgsql {DEFINER} as $$
declare r record;
begin
  select * into r from report where company_id = new.company_id and id = new.report_id;
  if r.issued_at is not null then raise 'an issued report is never changed' using errcode = 'check_violation'; end if;
  if new.source_kind is not null and not report_takes(new.company_id, r.mission_id, r.strand_id,
       report_source_zone(new.company_id, r.mission_id, new.source_kind, new.source_id)) then
    raise 'its readers may not all read that' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$
"""

ISSUED = f"""
create function report_issued() returns trigger language plpgsql {DEFINER} as $$
begin
  if old.issued_at is not null then
    if to_jsonb(new) - 'recalled_at' - 'recalled_by' is distinct from to_jsonb(old) - 'recalled_at' - 'recalled_by'
       or old.recalled_at is not null then
      raise 'an issued report is never changed' using errcode = 'check_violation';
    end if;
    return new;
  end if;
  if new.issued_at is not null then
    if new.opened_at is null or (new.read_at is null and new.closes_at > new.issued_at) then
      raise 'the mentee has not had their time to read' using errcode = 'check_violation';
    end if;
    if exists (select from unnest(new.source_zones) z
                where not report_takes(new.company_id, new.mission_id, new.strand_id, z))
       or exists (select from report_passage p where p.company_id = new.company_id and p.report_id = new.id
                     and p.source_kind is not null
                     and not coalesce(report_takes(new.company_id, new.mission_id, new.strand_id,
                       report_source_zone(new.company_id, new.mission_id, p.source_kind, p.source_id)), false)) then
      raise 'its readers may not all read that' using errcode = 'insufficient_privilege';
    end if;
  end if;
  return new;
end $$
"""

TRIGGERS = (
    "create trigger report_issued before update on report for each row execute function report_issued()",
    """create trigger report_passage_taken before insert or update of source_kind, source_id, report_id, part
    on report_passage for each row execute function report_passage_taken()""",
)
FUNCTIONS = {
    "report_takes(uuid, uuid, uuid, uuid)": (TAKES, "trialogue_app"),
    "report_source_zone(uuid, uuid, text, uuid)": (SOURCE_ZONE, "trialogue_app"),
    "report_passage_taken()": (PASSAGE, "trialogue_owner"),
    "report_issued()": (ISSUED, "trialogue_owner"),
}


def moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def uid(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def fk(table: str, to: str, column: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_company_id_{column}")
    return sa.ForeignKeyConstraint(
        ["company_id", column], [f"{to}.company_id", f"{to}.id"], name=name, ondelete=ondelete
    )


def upgrade() -> None:
    op.create_table(
        "report",
        *(uid(c) for c in ("company_id", "id", "zone_id", "mission_id", "strand_id", "author_id")),
        moment("begun_at", nullable=False),
        *(moment(c) for c in ("invited_at", "opened_at", "closes_at", "read_at")),
        sa.Column("reply", sa.Text(), nullable=False),
        moment("reply_at"),
        uid("reply_by", nullable=True),
        uid("corrects_id", nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("canonical", sa.LargeBinary(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=True),
        sa.Column("source_zones", postgresql.ARRAY(sa.UUID()), nullable=False),
        moment("issued_at"),
        uid("issued_by", nullable=True),
        moment("recalled_at"),
        uid("recalled_by", nullable=True),
        sa.CheckConstraint("(opened_at is null) = (closes_at is null)", name=op.f("ck_report_window")),
        sa.CheckConstraint(
            "num_nonnulls(issued_at, issued_by, canonical, hash) in (0, 4)", name=op.f("ck_report_issued")
        ),
        sa.CheckConstraint("hash = encode(sha256(canonical), 'hex')", name=op.f("ck_report_hash")),
        sa.CheckConstraint("(reply = '') = (reply_at is null)", name=op.f("ck_report_reply")),
        sa.CheckConstraint("(corrects_id is null) = (version = 1)", name=op.f("ck_report_version")),
        fk("report", "zone", "zone_id"),
        fk("report", "mission", "mission_id"),
        fk("report", "strand", "strand_id"),
        *(fk("report", "contact", c) for c in ("author_id", "reply_by", "issued_by")),
        *(fk("report", "report", c) for c in ("corrects_id", "recalled_by")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_report")),
    )
    op.create_index("ix_report_zone", "report", ["company_id", "zone_id", "id"])
    op.create_index(op.f("ix_report_company_id_mission_id"), "report", ["company_id", "mission_id"])
    for name, columns, where in (
        ("uq_report_begun", ["strand_id", "author_id"], "issued_at is null"),
        ("uq_report_reading", ["strand_id"], "opened_at is not null and issued_at is null"),
        ("uq_report_version", ["strand_id", "version"], "issued_at is not null"),
    ):
        op.create_index(name, "report", ["company_id", *columns], unique=True, postgresql_where=where)
    op.create_table(
        "report_passage",
        *(
            uid(c)
            for c in ("company_id", "id", "zone_id", "report_id", "mission_id", "strand_id", "author_id")
        ),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        uid("document_id"),
        sa.Column("source_kind", sa.Text(), nullable=True),
        uid("source_id", nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        uid("owner_id", nullable=True),
        moment("at", nullable=False),
        sa.CheckConstraint(
            "part in ('synthesis', 'points', 'axes', 'results', 'follow_up')",
            name=op.f("ck_report_passage_part"),
        ),
        sa.CheckConstraint(
            "source_kind in ('sentence', 'objective', 'axis', 'action', 'session', 'review', 'summary')",
            name=op.f("ck_report_passage_source_kind"),
        ),
        sa.CheckConstraint(
            "(source_kind is null) = (source_id is null)", name=op.f("ck_report_passage_source")
        ),
        fk("report_passage", "zone", "zone_id"),
        fk("report_passage", "report", "report_id", "CASCADE"),
        *(fk("report_passage", "contact", c) for c in ("author_id", "owner_id")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_report_passage")),
    )
    op.create_index("ix_report_passage_zone", "report_passage", ["company_id", "zone_id"])
    op.create_index(
        op.f("ix_report_passage_company_id_report_id_part_position"),
        "report_passage",
        ["company_id", "report_id", "part", "position"],
    )
    op.create_table(
        "report_request",
        *(uid(c) for c in ("company_id", "id", "zone_id", "report_id", "author_id")),
        sa.Column("text", sa.Text(), nullable=False),
        moment("at", nullable=False),
        moment("done_at"),
        fk("report_request", "zone", "zone_id"),
        fk("report_request", "report", "report_id", "CASCADE"),
        fk("report_request", "contact", "author_id"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_report_request")),
    )
    op.create_index("ix_report_request_zone", "report_request", ["company_id", "zone_id"])
    op.create_index(
        op.f("ix_report_request_company_id_report_id"), "report_request", ["company_id", "report_id"]
    )
    op.create_table(
        "report_receipt",
        *(uid(c) for c in ("company_id", "id", "zone_id", "report_id", "contact_id")),
        sa.Column("hash", sa.Text(), nullable=False),
        moment("at", nullable=False),
        fk("report_receipt", "zone", "zone_id"),
        fk("report_receipt", "report", "report_id", "CASCADE"),
        fk("report_receipt", "contact", "contact_id"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_report_receipt")),
    )
    op.create_index("ix_report_receipt_zone", "report_receipt", ["company_id", "zone_id"])
    op.create_index(
        op.f("ix_report_receipt_company_id_report_id_contact_id"),
        "report_receipt",
        ["company_id", "report_id", "contact_id"],
        unique=True,
    )
    wall(op, *TABLES)
    op.execute("revoke delete on report from trialogue_app")
    op.execute("revoke update, delete on report_receipt from trialogue_app")
    _purposes(f"{PURPOSES}, 'report'")
    with as_system(op):
        for signature, (body, caller) in FUNCTIONS.items():
            op.execute(body)
            op.execute(f"grant execute on function {signature} to {caller}")
        op.execute(ROOMS.facts("report", FACTS))
        op.execute("revoke all on function report_facts(uuid, uuid, uuid[]) from public")
        op.execute(STATE_OF)
    for statement in TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    with as_system(op):
        op.execute(ROOMS.STATE_OF.replace("create function", "create or replace function"))
        op.execute("drop function report_facts(uuid, uuid, uuid[])")
    op.execute("drop trigger report_passage_taken on report_passage")
    op.execute("drop trigger report_issued on report")
    with as_system(op):
        for signature in reversed(FUNCTIONS):
            op.execute(f"drop function {signature}")
    _purposes(PURPOSES)
    for table in reversed(TABLES):
        op.drop_table(table)


def _purposes(known: str) -> None:
    op.drop_constraint(op.f("ck_file_purpose"), "file", type_="check")
    op.create_check_constraint(op.f("ck_file_purpose"), "file", f"purpose in ({known})")
