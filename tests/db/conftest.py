"""What several tests of the database begin with."""

import pytest

from tests.db.opening import Opened


@pytest.fixture
def opened(in_app, world, superuser):
    kept = dict(world.people)
    yield Opened(world, superuser)
    world.people.clear()
    world.people.update(kept)
