"""What an outgoing mentor leaves; a difficulty told to one person of the firm."""

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
