"""A person, their addresses and keys, the sign-ins and what leads to one: walled by the person, across companies."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.rls import wall

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)
NOW = sa.text("now()")
TABLES = (
    "person",
    "address",
    "passkey",
    "recovery_code",
    "sign_in",
    "sign_in_request",
    "device",
    "spent_challenge",
)


def _person(table: str) -> tuple[sa.Column[Any], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint(
        ["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id"), ondelete="CASCADE"
    )
    return sa.Column("person_id", sa.Uuid(), nullable=False), key


def upgrade() -> None:
    _people()
    _signing_in()
    wall(op, *TABLES)
    op.execute("revoke all on sign_in, sign_in_request, device, spent_challenge from trialogue_app")
    op.execute("revoke insert, delete on person from trialogue_app")  # made by an invitation, erased by a job
    op.execute(f"grant insert, update, delete on {', '.join(TABLES)} to trialogue_system")


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), server_default="fr", nullable=False),
        sa.Column("theme", sa.Text(), server_default="system", nullable=False),
        sa.Column("rhythm", sa.Text(), server_default="daily", nullable=False),
        sa.Column("created_at", TIME, server_default=NOW, nullable=False),
        sa.Column("notice_version", sa.Integer(), nullable=True),
        sa.Column("notice_at", TIME, nullable=True),
        sa.Column("codes_off", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_pending", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("language in ('fr', 'en')", name=op.f("ck_person_language")),
        sa.CheckConstraint("theme in ('system', 'light', 'dark')", name=op.f("ck_person_theme")),
        sa.CheckConstraint("rhythm in ('daily', 'weekly', 'never')", name=op.f("ck_person_rhythm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "address",
        sa.Column("id", sa.Uuid(), nullable=False),
        *_person("address"),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("verified_at", TIME, server_default=NOW, nullable=False),
        sa.Column("personal", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sign_in", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("mails", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint("address", name=op.f("uq_address_address")),
    )
    op.create_index(op.f("ix_address_person_id"), "address", ["person_id"])
    op.create_index(
        "uq_address_mails", "address", ["person_id"], unique=True, postgresql_where=sa.text("mails")
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        *_person("passkey"),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, server_default=NOW, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_person_id"), "passkey", ["person_id"])
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        *_person("recovery_code"),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_person_id"), "recovery_code", ["person_id"])


def _signing_in() -> None:
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        *_person("sign_in"),
        sa.Column("created_at", TIME, server_default=NOW, nullable=False),
        sa.Column("seen_at", TIME, server_default=NOW, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("idle_until", TIME, nullable=False),
        sa.Column("fresh_at", TIME, nullable=True),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("recognised", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("pending", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_person_id"), "sign_in", ["person_id"])
    op.create_index(op.f("ix_sign_in_expires_at"), "sign_in", ["expires_at"])
    op.create_table(
        "sign_in_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("ip_hash", sa.LargeBinary(), nullable=False),
        sa.Column("next", sa.Text(), nullable=False),
        sa.Column("asked_at", TIME, server_default=NOW, nullable=False),
        sa.Column("issued_at", TIME, nullable=True),
        sa.Column("expires_at", TIME, nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("link_hash", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.CheckConstraint(
            "purpose in ('sign_in', 'fresh', 'address')", name=op.f("ck_sign_in_request_purpose")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_request_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_request")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_sign_in_request_link_hash")),
    )
    for column in ("address", "ip_hash"):
        op.create_index(
            op.f(f"ix_sign_in_request_{column}_asked_at"), "sign_in_request", [column, "asked_at"]
        )
    op.create_index(op.f("ix_sign_in_request_person_id"), "sign_in_request", ["person_id"])
    op.create_table(
        "device",
        *_person("device"),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", TIME, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "hash", name=op.f("pk_device")),
    )
    op.create_table(
        "spent_challenge",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_spent_challenge")),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
