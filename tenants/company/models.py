"""Company and Contact: a person as known in that company, who may have no account yet."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, TenantRow, new_id, now


class Company(Model):
    """The tenant. ``slug`` is made by the server with a random suffix: it names, it does not protect."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("firm.id"))
    firm_name: Mapped[str]  # as the company's people see it: firm rows are the staff's alone
    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index(None, "firm_id"),)

    @property
    def company_id(self) -> uuid.UUID:
        """A company is its own subject."""
        return self.id


class Contact(TenantRow, Model):
    """A person as known here: names, title, the employer's address. ``person_id`` is set when they accept.

    ``staff`` marks the contact that each staff member of the firm has here in order to enter. ``form``: how words
    agree with them, as their account says (None: with neither); PostgreSQL copies it (0027).
    """

    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    given_name: Mapped[str]
    family_name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    form: Mapped[str | None]
    email: Mapped[str]
    staff: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    revision: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        Index(None, "company_id", "person_id", unique=True),
        Index(None, "person_id"),
        Index(None, "email"),  # an invitation is found again by the address that somebody has proved
    )

    @property
    def name(self) -> str:
        """The full name, for what is signed; the given name alone is used within a mission."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def initials(self) -> str:
        """One letter of each name, as a mark shows them."""
        return (self.given_name[:1] + self.family_name[:1]).upper()


_SYSTEM = walls.Policy("system_rows", "true", (walls.SYSTEM,))  # open_company, accept an invitation
walls.declare("company", walls.Policy("here", f"id = {walls.COMPANY}", command="SELECT"), _SYSTEM)
walls.declare(
    "contact",
    walls.ROWS,
    _SYSTEM,
    walls.Policy(
        "contact_wall",
        "id = ANY ((SELECT my_contacts())::uuid[])",
        (walls.APP,),
        command="SELECT",
        restrictive=True,
    ),
)
