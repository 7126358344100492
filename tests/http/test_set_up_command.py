"""``python -m webapp firm NAME EMAIL``: a firm begins by its first owner."""

import re
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from tests.conftest import SECRET
from tests.http.browser import enter  # noqa: F401 - a fixture
from tests.visitor import text_of
from webapp.config import Misconfigured
from webapp.firm.commands import found
from webapp.setup.database import as_role


@pytest.fixture
def environment(database, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", as_role(database, "trialogue_app", SECRET))
    monkeypatch.setenv("TRIALOGUE_SECRET", SECRET)
    monkeypatch.delenv("TRIALOGUE_SMTP_URL", raising=False)
    return monkeypatch


def test_without_a_mail_server_the_link_is_printed(environment, capsys, enter):
    found("  Cabinet   Neuf ", "nine.calvez@Neuf.test")
    said = capsys.readouterr().out
    assert "Cabinet Neuf est créé." in said
    link = re.search(r"http://\S+", said)[0]
    seen = text_of(enter().get(urlsplit(link).path))
    assert "Cabinet Neuf vous ouvre un accès" in seen and "nine.calvez@neuf.test" in seen


def test_with_one_a_mail_goes_and_no_link_is_shown(environment, capsys, superuser):
    environment.setenv("TRIALOGUE_SMTP_URL", "smtp://127.0.0.1:1")
    found("Cabinet Neuf", "nine@neuf.test")
    said = capsys.readouterr().out
    assert "Une invitation part à nine@neuf.test" in said and "http" not in said
    jobs = "select count(*) from procrastinate_jobs where task_name = 'staff_invitation'"
    assert superuser.scalar(sa.text(jobs)) == 1
    assert superuser.scalar(sa.text("select name from staff where address = 'nine@neuf.test'")) == "Nine"


@pytest.mark.parametrize(
    ("name", "address"), [("", "a@b.fr"), ("X", "nine"), ("X", "a@b.fr, c@d.fr"), ("X", "")]
)
def test_what_is_no_address_makes_nothing(environment, superuser, name, address):
    with pytest.raises(Misconfigured):
        found(name, address)
    assert superuser.scalar(sa.text("select count(*) from firm")) == 2


def test_the_applications_login_cannot(environment, superuser):
    with pytest.raises(Misconfigured, match="DATABASE_OWNER_URL"):
        found("X", "nine@neuf.test", owner_url="postgresql://nobody@127.0.0.1:1/x")
