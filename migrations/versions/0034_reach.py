"""What a search finds."""

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
