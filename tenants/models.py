"""Every table of the house, imported once: for migrations, for the comparison of the walls, for the tests."""

from tenants.db import Model

metadata = Model.metadata
