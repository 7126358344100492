"""What spends hours, put right: a late cancellation is due only when the company's side cancelled, by an agreement in force.

Until here any late cancellation was, whoever did it. What the ledger had said too much is given back by counter-entries.
And where the calendar stands tells what the ledger has planned and spent, so that the rail says the same as the account.
"""

from importlib import import_module

from alembic import op

from migrations.rls import as_system

revision = "0031"
down_revision = "0030"

HOURS = import_module("migrations.versions.0021_hours")
ROOMS = import_module("migrations.versions.0015_rooms")
DUE_BEFORE = HOURS.HOURS_DUE.replace("create function", "create or replace function")

# Whether a session that was cancelled late is due all the same: by the agreement that was in force at that moment, and only
# if a mentee, a manager or the direction cancelled it. Who is the mentor too, or of the firm, never spends by it.
LATE_DUE = f"""
create function late_due(_company uuid, _session uuid) returns boolean language sql stable {HOURS.DEFINER} as $$
  select exists (
    select from session s
     where s.company_id = _company and s.id = _session and s.state = 'cancelled' and s.late
       and (select convert_from(v.canonical, 'UTF8')::jsonb->'values'->>'late_hours' from agreement_version v
             where v.company_id = s.company_id and v.mission_id = s.mission_id and v.in_force_at <= s.cancelled_at
             order by v.number desc limit 1) is not null
       and (select coalesce(bool_or(p.role <> 'mentor') and not bool_or(p.role = 'mentor'), false) from participation p
             where p.company_id = s.company_id and p.mission_id = s.mission_id and p.contact_id = s.cancelled_by
               and (p.until_at is null or p.until_at > s.cancelled_at)))
$$
"""
OLD = """    v := hours_values(_company, s.mission_id, s.cancelled_at);
    if s.late and (v is null or v->>'late_hours' is not null) then
"""
NEW = """    if late_due(_company, _session) then
"""
DUE = DUE_BEFORE.replace(OLD, NEW)

# As 0021, with the minutes that the ledger calls planned (``booked``) beside those that were spent.
FACTS = (
    HOURS.FACTS.replace(
        "sum(e.minutes) as minutes",
        "coalesce(sum(e.minutes) filter (where e.account = 'spent'), 0) as minutes,"
        " coalesce(sum(e.minutes) filter (where e.account = 'planned'), 0) as booked",
    )
    .replace("e.account = 'spent'\n", "e.account <> 'agreed'\n")
    .replace(
        "jsonb_build_object('spent', h.minutes)", "jsonb_build_object('spent', h.minutes, 'booked', h.booked)"
    )
)

AGAIN = """
do $$ begin
  perform hours_settle(s.company_id, s.mission_id, s.id, s.author_id) from session s where s.state = 'cancelled' and s.late;
end $$
"""


def upgrade() -> None:
    with as_system(op):
        op.execute(LATE_DUE)
        op.execute("revoke all on function late_due(uuid, uuid) from public")
        op.execute(DUE)
        op.execute(AGAIN)
        op.execute(ROOMS.facts("schedule", FACTS))


def downgrade() -> None:
    with as_system(op):
        op.execute(ROOMS.facts("schedule", HOURS.FACTS))
        op.execute(DUE_BEFORE)
        op.execute(AGAIN)
        op.execute("drop function late_due(uuid, uuid)")
