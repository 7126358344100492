"""The demonstration: its data, its list of people, its buttons; and that production cannot have it."""

import psycopg
import pytest
import sqlalchemy as sa

from tests import seeded
from webapp.config import Config, Misconfigured


@pytest.fixture(scope="module")
def demo(server, application):
    """The application on a database with the demonstration in it, seeded once for the module; read by most tests."""
    with seeded.database(server, application) as client:
        yield client


def people(client):
    return client.get("/demo", headers={"Accept": "application/json"}).get_json()


def named(client, name):
    return next(p for p in people(client) if p["name"].startswith(name))


def enter(client, name):
    client.post(named(client, name)["sign_in"])
    return client


def text(response):
    return " ".join(response.get_data(as_text=True).replace("\xa0", " ").replace("\u202f", " ").split())


def test_everybody_is_listed_with_what_a_reader_needs(demo):
    found = people(demo)
    assert len(found) >= 13
    for person in found:
        assert set(person) == {"id", "name", "email", "firm", "company", "missions", "sign_in"}
        assert person["email"].endswith(".example")
        assert person["firm"] == "Cabinet Sauvelande"
        assert person["missions"]
        for mission in person["missions"]:
            assert set(mission) == {"id", "url", "title", "roles", "company"}


def test_every_role_is_there_and_the_missions_stand_differently(demo):
    roles = {r for p in people(demo) for m in p["missions"] for r in m["roles"]}
    assert roles == {"mentor", "mentee", "manager", "sponsor", "hr", "coordinator", "owner"}
    page = text(enter(demo, "Odile").get("/"))
    for words in (
        "On attend Samira",
        "On attend Hélène et Marc",
        "On attend Bruno, Marc et Solange",
        "On attend Joël, Nadège",
    ):
        assert words in page


def test_staff_and_mentors_belong_to_no_company(demo):
    for name in ("Odile", "Aliénor", "Hélène", "Bruno", "Nadège"):
        assert named(demo, name)["company"] is None
    assert named(demo, "Inès")["company"] == "Ombrelune Logistique"
    assert named(demo, "Samira")["company"] == "Verrerie d’Ostaval"


def test_somebody_is_mentee_here_and_manager_there_and_one_mentor_is_in_both_companies(demo):
    ines = {tuple(m["roles"]) for m in named(demo, "Inès")["missions"]}
    assert ines == {("mentee",), ("manager",)}
    assert {m["company"] for m in named(demo, "Hélène")["missions"]} == {
        "Ombrelune Logistique",
        "Verrerie d’Ostaval",
    }


def test_one_mission_is_a_group_of_three_and_one_has_no_manager(demo):
    held = [(m["title"], r, p["name"]) for p in people(demo) for m in p["missions"] for r in m["roles"]]
    assert sum(t == "Chefs d’équipe du site Nord" and r == "mentee" for t, r, _ in held) == 3
    assert not any(t == "Porter la qualité au comité de direction" and r == "manager" for t, r, _ in held)


def test_the_page_has_a_button_for_each_by_company_and_mission(demo):
    page = text(demo.get("/demo", headers={"Accept-Language": "fr"}))
    for words in (
        "Ombrelune Logistique",
        "Verrerie d’Ostaval",
        "Cabinet Sauvelande",
        "Inès Corbelin",
        "Entrer",
    ):
        assert words in page


def test_a_link_signs_nobody_in_and_its_button_does(demo):
    client = demo.application.test_client()
    address = named(client, "Inès")["sign_in"]
    assert "Entrer comme Inès Corbelin" in text(client.get(address, headers={"Accept-Language": "fr"}))
    assert client.get("/").location == "/sign-in"
    answer = client.post(address)
    assert answer.status_code == 303
    assert "Inès Corbelin" in text(client.get("/"))


def test_another_site_signs_nobody_in(demo):
    client = demo.application.test_client()
    address = named(client, "Inès")["sign_in"]
    assert client.post(address, headers={"Origin": "http://elsewhere.example"}).status_code == 403
    assert client.post(address, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.get("/").location == "/sign-in"


def test_an_unknown_person_is_404(demo):
    assert demo.post("/demo/sign-in/00000000-0000-4000-8000-000000000000").status_code == 404


def test_marc_is_awaited_where_his_initials_lapsed(demo):
    page = text(enter(demo, "Marc").get("/"))
    assert "Relire et parapher l’objectif 2" in page
    assert "attendu depuis hier" in page


def test_a_private_draft_is_its_authors_alone(demo):
    words = "optimisme et de leadership"
    url = next(
        m["url"]
        for m in named(demo, "Marc")["missions"]
        if "site Nord" in m["title"] and m["roles"] == ["manager"]
    )
    assert words in text(enter(demo, "Marc").get(f"{url}/objectives"))
    for name in ("Inès", "Hélène"):
        assert words not in text(enter(demo, name).get(f"{url}/objectives"))


def test_nobody_of_the_seed_stays_signed_in_and_one_invitation_is_left_to_open(server, application):
    with seeded.database(server, application) as client, seeded.superuser(server, client) as look:
        assert look.scalar(sa.text("select count(*) from sign_in")) == 0
        jobs = look.execute(sa.text("select task_name from procrastinate_jobs")).scalars().all()
        assert sorted(jobs) == ["invitation", "print_agreement", "print_plan"]


def test_seeding_again_changes_nothing(server, application):
    from webapp.demo.seed import seed

    with seeded.database(server, application) as client, seeded.superuser(server, client) as look:
        before = look.scalar(sa.text("select count(*) from event"))
        seed(application)
        assert look.scalar(sa.text("select count(*) from event")) == before


def test_a_run_cut_short_is_undone_by_the_next(server, application):
    from webapp.demo import once
    from webapp.demo.seed import Seed, seed

    with seeded.empty(server, application) as client:
        config = application.extensions["trialogue"]
        owner = psycopg.connect(config.role_url("trialogue_owner"), autocommit=True)
        queue = psycopg.connect(config.role_url("trialogue_jobs"), autocommit=True)
        with owner, queue, application.app_context():
            once.begin(owner)
            Seed(owner, queue).found()
            assert not once.is_written(owner)
        assert people(client) == []
        seed(application)
        assert sum(p["name"] == "Odile Brassenoy" for p in people(client)) == 1


def test_production_refuses_the_demonstration():
    environ = {
        "TRIALOGUE_ENV": "production", "TRIALOGUE_DEMO": "1", "DATABASE_URL": "postgresql://x/y",
        "TRIALOGUE_SECRET": "k" * 40, "TRIALOGUE_PUBLIC_URL": "https://trialogue.example",
        "TRIALOGUE_SMTP_URL": "smtp://localhost:25",
    }  # fmt: skip
    with pytest.raises(Misconfigured, match="TRIALOGUE_DEMO"):
        Config.from_environ(environ)


def test_without_the_demonstration_there_is_no_such_page(server):
    from tests.conftest import SECRET, _app_url
    from webapp.app import create_app

    environ = {
        "DATABASE_URL": _app_url(str(server.url), "postgres"), "TRIALOGUE_SECRET": SECRET, "TRIALOGUE_DEMO": "0",
    }  # fmt: skip
    app = create_app(Config.from_environ(environ))
    assert not any(rule.rule.startswith("/demo") for rule in app.url_map.iter_rules())
