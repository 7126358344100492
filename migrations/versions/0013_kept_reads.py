"""In a transaction that only reads, what the policies ask is worked out once: nothing in it can change the answer.

A page reads some ten walled tables in one statement, and each asks for itself. The answer is kept in a setting that
ends with the transaction, exactly as who acts is; a transaction that may write asks anew each time, since it may have
made the zone that it puts things in. What the rail asks is planned once a connection, as 0012 says.
"""

from importlib import import_module

from alembic import op

from migrations.rls import as_system

revision = "0013"
down_revision = "0012"

FIRST, ACROSS, PLANS = (
    import_module(f"migrations.versions.{name}") for name in ("0001_foundations", "0005_across", "0012_plans")
)
KEPT = {"my_zones": "app.zones", "my_missions": "app.missions", "my_contacts": "app.contacts"}
# « (select f()) » is asked once a statement, « f() » once a row
STATE_OF = ACROSS.STATE_OF.replace(
    "any (my_strands(_company, _mission))", "any ((select my_strands(_company, _mission))::uuid[])"
).replace(
    "cardinality(my_strands(_company, _mission))", "cardinality((select my_strands(_company, _mission)))"
)
RAIL = (ACROSS.MY_STRANDS, ACROSS.MY_COUNT, STATE_OF, ACROSS.MISSION_STATE)
BEFORE = (ACROSS.MY_STRANDS, ACROSS.MY_COUNT, ACROSS.STATE_OF, ACROSS.MISSION_STATE)


def kept(name: str) -> str:
    """The function of that name: the one that asks, behind one that keeps the answer while nothing can be written."""
    return f"""
create or replace function {name}() returns uuid[] language plpgsql stable {PLANS.HEAD}
declare found text;
begin
  if current_setting('transaction_read_only') = 'off' then return {name}_now(); end if;
  found := current_setting('{KEPT[name]}', true);
  if coalesce(found, '') = '' then
    found := {name}_now()::text;
    perform set_config('{KEPT[name]}', found, true);
  end if;
  return found::uuid[];
end $$
"""


def asked(body: str, name: str) -> str:
    """The function of 0012 under the name that the keeper calls."""
    return body.replace(f"function {name}()", f"function {name}_now()")


def bodies() -> dict[str, str]:
    """What is asked, as 0012 plans it."""
    return {
        "my_zones": PLANS.planned(FIRST.MY_ZONES),
        "my_missions": PLANS.planned(FIRST.MY_MISSIONS),
        "my_contacts": PLANS.MY_CONTACTS,
    }


def upgrade() -> None:
    with as_system(op):
        for name, body in bodies().items():
            op.execute(asked(body, name))
            op.execute(kept(name))
        for body in RAIL:
            op.execute(PLANS.planned(body))


def downgrade() -> None:
    with as_system(op):
        for body in BEFORE:
            op.execute(body.replace("create function", "create or replace function"))
        for name, body in bodies().items():
            op.execute(body)
            op.execute(f"drop function {name}_now()")
