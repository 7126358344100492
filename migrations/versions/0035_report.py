"""The report: passages, reply, receipts, numbers."""

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
