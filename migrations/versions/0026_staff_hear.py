"""The firm's staff, who read no zone, hear what is told of a strand's state: stages, waits, who takes part.

Their page of a mission is then read again like anybody's. What is told in any other zone does not so much as wake it.
"""

from alembic import op

revision = "0026"
down_revision = "0025"

BEFORE = "'hides', (select jsonb_agg"
HEARS = """'hears', case when is_staff_here() then (
         select jsonb_agg(s.state_zone_id) from strand s where s.company_id = w.company and s.mission_id = page_mission) end,
      """


def _rewrite(old: str, new: str) -> None:
    """Put words in place of those in ``greet``, whose text several steps have changed. Raises ValueError without them."""
    asked = "select pg_get_functiondef('greet(bytea, text, uuid, uuid)'::regprocedure)"
    body = op.get_bind().exec_driver_sql(asked).scalar_one()
    if body.count(old) != 1:
        raise ValueError(old)
    op.execute(body.replace(old, new).replace(":", r"\:"))


def upgrade() -> None:
    _rewrite(BEFORE, HEARS + BEFORE)


def downgrade() -> None:
    _rewrite(HEARS, "")
