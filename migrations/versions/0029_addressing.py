"""How a person is addressed; what a later reader may open."""

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
