"""Files: what is uploaded and what is printed, sealed and verified."""

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
