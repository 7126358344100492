"""The oldest PostgreSQL that is promised, where the machine has it: migrated, walled as declared, entered."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from tenants import models, walls
from tests.conftest import SECRET, _driver
from tests.world import build
from webapp.setup import database
from webapp.setup.postgres import UNSAFE_BUT_QUICK, LocalPostgres

FIFTEEN = Path("/usr/lib/postgresql/15/bin")


def test_fifteen_is_walled_and_entered_as_eighteen_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not FIFTEEN.exists():
        pytest.skip("this machine has no PostgreSQL 15")
    monkeypatch.setenv("TRIALOGUE_PG_BIN", str(FIFTEEN))
    tmp_path.chmod(0o755)
    server = LocalPostgres(tmp_path / "pg", UNSAFE_BUT_QUICK).start()
    try:
        url = database.ensure(server.url, SECRET, "fifteen")
        superuser = sa.create_engine(_driver(database._at(server.url, "fifteen")), poolclass=NullPool)
        with superuser.begin() as connection:
            assert connection.exec_driver_sql("show server_version").scalar_one().startswith("15")
            world = build(connection)
        owner = database.as_role(server.url, "trialogue_owner", SECRET, "fifteen")
        engine = sa.create_engine(_driver(owner), poolclass=NullPool)
        with engine.connect() as connection:
            assert list(walls.differences(connection, models.metadata)) == []
        app = sa.create_engine(_driver(url), poolclass=NullPool)
        ines = world.people["ines"].token_hash
        with app.begin() as connection:
            asked = {"t": ines, "s": world.companies["ombrelune"][1], "ro": "off"}
            assert connection.execute(walls.ENTER, asked).one().contact is not None
            seen = connection.exec_driver_sql("select count(distinct company_id) from mission").scalar_one()
            assert seen == 1
        for made in (superuser, engine, app):
            made.dispose()
    finally:
        server.stop()
