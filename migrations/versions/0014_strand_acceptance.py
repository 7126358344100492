"""Whose word opens a strand to a later mentor: its own mentee's. What was taken back goes, also when its author left.

``participation.opened_ids`` is settled beside ``reads_from``, by ``settle_reading`` alone: the application writes neither.
A strand whose mentee left before giving their word is in no such list; one that began once the mentor was there is, from
its mentee's coming. What belongs to the mission as a whole opens, as before, when every mentee there has accepted.
"""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.rls import as_system
from tenants.walls import ERASED

revision = "0014"
down_revision = "0013"

DEFINER = "security definer set search_path = pg_catalog, public"

# Those whose mentee has accepted that mentor; those begun since they read, whose mentee came to a mission that has them.
STRANDS_OPENED = f"""
create function strands_opened(_company uuid, _participation uuid) returns uuid[] language sql stable {DEFINER} as $$
  select coalesce(array_agg(s.id order by s.position), '{{}}') from participation p
    join strand s on (s.company_id, s.mission_id) = (p.company_id, p.mission_id)
   where p.company_id = _company and p.id = _participation and (
     exists (select from participation e
        join announcement_seen a on (a.company_id, a.participation_id, a.contact_id) = (e.company_id, p.id, e.contact_id)
        where e.company_id = s.company_id and e.strand_id = s.id and e.role = 'mentee')
     or (select min(e.announced_at) > p.reads_from and bool_or(e.accepted_at is not null) from participation e
          where e.company_id = s.company_id and e.strand_id = s.id and e.role = 'mentee'))
$$
"""

# Who already reads goes on reading: a date that has come is never moved, nor is a strand closed again.
SETTLE_READING = f"""
create or replace function settle_reading(_company uuid, _mission uuid) returns void language sql {DEFINER} as $$
  update participation p set reads_from = n.reads_from,
         opened_ids = case when n.later and n.reads_from is not null then strands_opened(_company, p.id) end
    from (select q.id, q.role = 'mentor' and not q.first_team and q.strand_id is null as later,
                 case when q.reads_from <= now() then q.reads_from else reading_date(_company, q.id) end as reads_from
            from participation q
           where q.company_id = _company and q.mission_id = _mission and q.accepted_at is not null
             and q.until_at is null) n
   where p.company_id = _company and p.id = n.id and (n.later or p.reads_from is null or p.reads_from > now())
$$
"""
SETTLE_BEFORE = f"""
create or replace function settle_reading(_company uuid, _mission uuid) returns void language sql {DEFINER} as $$
  update participation p set reads_from = reading_date(_company, p.id)
   where p.company_id = _company and p.mission_id = _mission and p.accepted_at is not null and p.until_at is null
     and (p.reads_from is null or p.reads_from > now())
$$
"""

# The one condition that all these functions put: « the seat has that strand, or all of them ». In those of the second
# line the seat is that of somebody who is told of a later reader.
SEATED = re.compile(
    r"\b([pe])\.strand_id is null( or (?:\w+\.strand_id is null or )?\1\.strand_id = ([\w.]+))"
)
OPENED = r"(\1.strand_id is null and (\1.opened_ids is null or \3 = any (\1.opened_ids)))\2"
UNOPENED = re.compile(
    r"\(([pe])\.strand_id is null and \(\1\.opened_ids is null or [\w.]+ = any \(\1\.opened_ids\)\)\)"
)
BEFORE = r"\1.strand_id is null"
SYSTEMS = (
    "my_zones_now", "my_strands", "state_of", "my_count", "my_waits", "waits_on_others",
    "announce", "see_announcement", "reading_date", "tell_of_reader",
)  # fmt: skip
GREETED = ("'until', p.until_at", "'until', p.until_at, 'opened', p.opened_ids")

# By the clock and as nobody: the author, as whom the job of ten seconds acts, may read nothing of it any more.
ERASE_WITHDRAWN = f"""
create function erase_withdrawn() returns setof uuid language plpgsql {DEFINER} as $$
declare o record; d uuid;
begin
  for o in delete from objective t where t.withdrawn_at < now() - interval '1 minute' returning t.company_id, t.id loop
    delete from event e where e.company_id = o.company_id and e.subject_id = o.id;
    delete from awaited a where a.company_id = o.company_id and a.subject_id = o.id;
    for d in delete from document t where t.company_id = o.company_id and t.subject_id = o.id returning t.id loop
      delete from document_update u where u.company_id = o.company_id and u.document_id = d;
      return next d;
    end loop;
  end loop;
end $$
"""
LEAVES = ("objective", "document", "document_update", "event")


def upgrade() -> None:
    op.add_column("participation", sa.Column("opened_ids", postgresql.ARRAY(sa.UUID()), nullable=True))
    with as_system(op):
        op.execute(STRANDS_OPENED)
        op.execute(SETTLE_READING)
        op.execute(
            "update participation set opened_ids = strands_opened(company_id, id)"
            " where role = 'mentor' and not first_team and strand_id is null and reads_from is not null"
        )
        for name in SYSTEMS:
            _rewrite(name, SEATED, OPENED)
        op.execute(ERASE_WITHDRAWN)
        op.execute("grant execute on function erase_withdrawn() to trialogue_jobs")
    _rewrite("greet", SEATED, OPENED)
    _rewrite("greet", re.compile(re.escape(GREETED[0])), GREETED[1])
    op.create_check_constraint(
        op.f("ck_participation_opened"),
        "participation",
        "role <> 'mentor' or first_team or strand_id is not null or reads_from is null or opened_ids is not null",
    )
    for table in LEAVES:
        op.execute(
            f"drop policy if exists {ERASED.name} on {table}"
        )  # made with its table, where that is newer
        op.execute(ERASED.create(table))
        op.execute(f"grant delete on {table} to trialogue_system")
    op.create_index(
        "ix_objective_withdrawn",
        "objective",
        ["withdrawn_at"],
        postgresql_where=sa.text("withdrawn_at is not null"),
    )


def downgrade() -> None:
    op.drop_index("ix_objective_withdrawn", "objective")
    for table in LEAVES:
        op.execute(f"revoke delete on {table} from trialogue_system")
        op.execute(f"drop policy {ERASED.name} on {table}")
    _rewrite("greet", re.compile(re.escape(GREETED[1])), GREETED[0])
    _rewrite("greet", UNOPENED, BEFORE)
    with as_system(op):
        op.execute("drop function erase_withdrawn()")
        for name in SYSTEMS:
            _rewrite(name, UNOPENED, BEFORE)
        op.execute(SETTLE_BEFORE)
        op.execute("drop function strands_opened(uuid, uuid)")
    op.drop_column("participation", "opened_ids")


def _rewrite(name: str, found: re.Pattern[str], put: str) -> None:
    """The function as it stands, that condition changed: whatever step wrote it last. Raises ValueError if it has none."""
    body = op.get_bind().exec_driver_sql("select pg_get_functiondef(%s::regproc)", (name,)).scalar_one()
    changed, times = found.subn(put, body)
    if not times:
        raise ValueError(f"{name} does not ask which strands a seat has")
    op.get_bind().exec_driver_sql(changed.replace("%", "%%"))
