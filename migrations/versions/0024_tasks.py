"""One-time tasks: one act, one person, no account."""

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
