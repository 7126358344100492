"""The environment: what it gives, and what stops a start before anything is done."""

import pytest

from webapp.config import Config, Misconfigured, engine_url, meanings, with_login

PRODUCTION = {
    "TRIALOGUE_ENV": "production",
    "DATABASE_URL": "postgresql://trialogue_app:x@db.example/trialogue",
    "TRIALOGUE_SECRET": "0123456789abcdef0123456789abcdef",
    "TRIALOGUE_PUBLIC_URL": "https://trialogue.example",
    "TRIALOGUE_SMTP_URL": "smtp://mail.example:25",
    "TRIALOGUE_FILES": "/srv/trialogue/files",
}


def test_an_empty_environment_is_a_demonstration_on_this_machine():
    config = Config.from_environ({"TRIALOGUE_PORT": ""})
    assert (config.demo, config.production, config.secure) == (True, False, False)
    assert config.public_url == "http://localhost:8000"


def test_a_given_database_is_no_demonstration_unless_said():
    given = {"DATABASE_URL": "postgresql://localhost/x"}
    assert not Config.from_environ(given).demo
    assert Config.from_environ(given | {"TRIALOGUE_DEMO": "1"}).demo


def test_an_unknown_name_stops_the_start_and_the_near_one_is_named():
    with pytest.raises(Misconfigured, match=r"TRIALOGUE_PROT.*TRIALOGUE_PORT"):
        Config.from_environ({"TRIALOGUE_PROT": "8001"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRIALOGUE_PORT", "http"),
        ("TRIALOGUE_PORT", "65536"),
        ("TRIALOGUE_ENV", "prod"),
        ("TRIALOGUE_DEMO", "perhaps"),
        ("TRIALOGUE_WEB_PROCESSES", "0"),
        ("TRIALOGUE_PUBLIC_URL", "trialogue.example"),
        ("TRIALOGUE_TSA_URL", "tsa.example"),
        ("TRIALOGUE_SMTP_URL", "mail.example"),
        ("DATABASE_URL", "mysql://x/y"),
    ],
)
def test_a_value_of_the_wrong_kind_stops_the_start_by_its_name(name, value):
    with pytest.raises(Misconfigured, match=name):
        Config.from_environ({name: value})


def test_production_starts_with_all_that_it_needs():
    config = Config.from_environ(PRODUCTION)
    assert (config.production, config.secure, config.demo) == (True, True, False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRIALOGUE_DEMO", "1"),
        ("TRIALOGUE_DEMO_MAILS", "http://127.0.0.1:1/x"),
        ("DATABASE_URL", ""),
        ("TRIALOGUE_SECRET", ""),
        ("TRIALOGUE_SECRET", "short"),
        ("TRIALOGUE_PUBLIC_URL", ""),
        ("TRIALOGUE_PUBLIC_URL", "http://trialogue.example"),
        ("TRIALOGUE_SMTP_URL", ""),
        ("TRIALOGUE_FILES", ""),
    ],
)
def test_an_unsafe_production_does_not_start(name, value):
    with pytest.raises(Misconfigured, match=name):
        Config.from_environ(PRODUCTION | {name: value})


def test_logins_and_the_secret_stay_out_of_what_is_printed():
    shown = repr(Config.from_environ(PRODUCTION))
    assert "db.example" not in shown
    assert PRODUCTION["TRIALOGUE_SECRET"] not in shown


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://a:b@h:5432/d", "postgresql://role:p%40@h:5432/d"),
        ("postgresql://h/d", "postgresql://role:p%40@h/d"),
        ("postgresql://a:b@/d?host=%2Ftmp", "postgresql://role:p%40@/d?host=%2Ftmp"),
        ("postgresql:///d?host=%2Ftmp", "postgresql://role:p%40@/d?host=%2Ftmp"),
    ],
)
def test_another_login_enters_the_same_database(url, expected):
    assert with_login(url, "role", "p@") == expected


def test_each_role_has_its_own_password_and_it_never_changes():
    config = Config.from_environ(PRODUCTION)
    live, jobs = config.role_url("trialogue_live"), config.role_url("trialogue_jobs")
    assert live == config.role_url("trialogue_live")
    assert live.split("@")[0].rpartition(":")[2] != jobs.split("@")[0].rpartition(":")[2]


def test_the_applications_password_may_be_left_to_the_secret():
    config = Config.from_environ(PRODUCTION | {"DATABASE_URL": "postgresql://trialogue_app@db.example/t"})
    assert config.database_url == config.role_url("trialogue_app")
    other = Config.from_environ({"DATABASE_URL": "postgresql://someone@db.example/t"})
    assert other.database_url == "postgresql://someone@db.example/t"


def test_urls_are_taken_in_either_form_and_given_in_each():
    config = Config.from_environ({"DATABASE_URL": "postgresql+psycopg://h/d"})
    assert config.database_url == "postgresql://h/d"
    assert engine_url(config.database_url) == "postgresql+psycopg://h/d"


def test_each_variable_says_what_it_means():
    assert all(name and meaning for name, _, meaning in meanings())
