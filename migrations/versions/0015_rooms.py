"""Where a mission stands, told by each of its rooms: counts and dates of what is shared, never a text.

``state_of`` asks one function a room, ``…_facts(company, mission, strands)``, where ``strands`` are those that the acting
person may know the standing of. A room that is to come tells null; its own step replaces its function.
"""

from alembic import op

from migrations.rls import as_system

revision = "0015"
down_revision = "0014"

DEFINER = "security definer set search_path = pg_catalog, public"
ROOMS = ("agreement", "context", "roadmap", "schedule")


def facts(room: str, body: str = "select null::jsonb") -> str:
    """The statement that makes (or replaces) what a room tells."""
    return f"""
create or replace function {room}_facts(_company uuid, _mission uuid, _strands uuid[]) returns jsonb
language sql stable {DEFINER} as $$
{body}
$$
"""


TOLD = ", ".join(
    f"'{room}', {room}_facts(_company, _mission, (select my_strands(_company, _mission)))" for room in ROOMS
)
STATE_OF = f"""
create function state_of(_company uuid, _mission uuid) returns jsonb language sql stable {DEFINER} as $$
  select objectives_state_of(_company, _mission) || jsonb_build_object('rooms', jsonb_strip_nulls(jsonb_build_object({TOLD})))
$$
"""


def upgrade() -> None:
    with as_system(op):
        op.execute("alter function state_of(uuid, uuid) rename to objectives_state_of")
        for room in ROOMS:
            op.execute(facts(room))
            op.execute(f"revoke all on function {room}_facts(uuid, uuid, uuid[]) from public")
        op.execute(STATE_OF)
        op.execute("revoke all on function state_of(uuid, uuid) from public")


def downgrade() -> None:
    with as_system(op):
        op.execute("drop function state_of(uuid, uuid)")
        for room in ROOMS:
            op.execute(f"drop function {room}_facts(uuid, uuid, uuid[])")
        op.execute("alter function objectives_state_of(uuid, uuid) rename to state_of")
