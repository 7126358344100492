"""Search in a mission, over what the asker may read."""

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
