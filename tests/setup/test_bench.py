"""The fixture of load tests says where its rooms are to be found."""

from pathlib import Path

import pytest

from webapp.bench import address
from webapp.config import Config
from webapp.setup.serve import ADDRESS, _noted


def configured(home: Path, **more: str) -> Config:
    return Config.from_environ({"TRIALOGUE_HOME": str(home), **more})


def test_a_named_port_is_the_address(tmp_path: Path) -> None:
    assert address(configured(tmp_path, TRIALOGUE_PORT="8123")) == "http://localhost:8123"


def test_any_free_port_is_where_pages_are_served_now(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    free = configured(tmp_path, TRIALOGUE_PORT="0")
    with _noted(configured(tmp_path, TRIALOGUE_PORT="8123")):
        assert address(free) == "http://localhost:8123"
    assert not (tmp_path / ADDRESS).exists()
    assert address(free) == ""
    assert "TRIALOGUE_PORT=0" in capsys.readouterr().err


def test_an_address_that_was_given_holds(tmp_path: Path) -> None:
    given = configured(tmp_path, TRIALOGUE_PORT="0", TRIALOGUE_PUBLIC_URL="http://charge.example")
    assert address(given) == "http://charge.example"
