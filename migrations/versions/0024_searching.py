"""Search in a mission: case and accents do not count, whatever the server's locale and without any extension.

What is searched is bounded by the zones that the asker reads in one mission, through the index that every content has on
(company_id, zone_id); the words are compared in what that leaves, so no index of the words is needed.
"""

from alembic import op

from migrations.rls import as_system

revision = "0024"
down_revision = "0023"

FROM = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿ\u2019\u00a0\u202f"
TO = "aaaaaaceeeeiiiinooooouuuuyy'  "
SEARCHABLE = f"""
create function searchable(_words text) returns text language sql immutable parallel safe set search_path = pg_catalog as $$
  select replace(replace(translate(lower(translate(normalize(_words, NFC), '{FROM.upper()}', '{FROM}')), '{FROM}', $to${TO}$to$), 'œ', 'oe'), 'æ', 'ae')
$$
"""


def upgrade() -> None:
    with as_system(op):
        op.execute(SEARCHABLE)
        op.execute("grant execute on function searchable(text) to trialogue_app")


def downgrade() -> None:
    with as_system(op):
        op.execute("drop function searchable(text)")
