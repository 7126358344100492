"""Setting up over HTTP: a company, a mission, its people; what staff see, and do not see."""

import re
import uuid

import pytest
import sqlalchemy as sa

from tests.http.browser import enter  # noqa: F401 - a fixture
from tests.visitor import HTMX, text_of


def value(response, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', response.text) or re.search(
        rf'id="[^"]*{name}" name="{name}" type="[^"]*" value="([^"]*)"', response.text
    )
    assert found, f"no {name} in that page"
    return found[1]


def lines(page):
    """The ids that the lines of a form carry."""
    return {n: value(page, n) for n in dict.fromkeys(re.findall(r'name="(people-\d+-id)"', page.text))}


def mission_form(page, **changes):
    form = {
        "id": value(page, "id"), "title": "Prise de poste", "starts_on": "1/12/2026", "ends_on": "30/06/2027",
        "hours": "24", **lines(page),
        "people-0-given_name": "Inès", "people-0-family_name": "Corbeau", "people-0-email": "ines@ailleurs.test",
        "people-0-title": "Cheffe d’équipe", "people-0-contact": "", "people-0-roles": ["mentee"],
        "people-1-given_name": "Hélène", "people-1-family_name": "Tavern", "people-1-email": "helene@ailleurs.test",
        "people-1-contact": "", "people-1-roles": ["mentor"],
        "people-2-given_name": "Marc", "people-2-family_name": "Ost", "people-2-email": "marc@ailleurs.test",
        "people-2-contact": "", "people-2-roles": ["manager", "sponsor"],
    }  # fmt: skip
    form.update(changes)
    return {k: v for k, v in form.items() if v is not None}


class TestACompany:
    def test_it_is_opened_with_its_first_contacts_on_one_page(self, enter, world, superuser):
        odile = enter("odile")
        firm = world.firms["sauvelande"]
        page = odile.get(f"/firms/{firm}/companies/new")
        form = {
            "id": value(page, "id"), "name": "Verrerie d’Ostaval", **lines(page), "people-0-given_name": "Samira",
            "people-0-family_name": "Delvaux-Brey", "people-0-email": "Samira@Ostaval.test",
        }  # fmt: skip
        opened = odile.post(f"/firms/{firm}/companies/new", **form)
        assert opened.status_code == 303
        seen = text_of(odile.follow(opened))
        assert (
            "Verrerie d’Ostaval" in seen and "Samira Delvaux-Brey" in seen and "samira@ostaval.test" in seen
        )
        again = odile.post(f"/firms/{firm}/companies/new", **form)
        assert again.headers["Location"] == opened.headers["Location"]
        assert (
            superuser.scalar(sa.text("select count(*) from company where name = 'Verrerie d’Ostaval'")) == 1
        )
        assert (
            superuser.scalar(sa.text("select count(*) from contact where family_name = 'Delvaux-Brey'")) == 1
        )
        assert "Verrerie d’Ostaval" in text_of(odile.get(f"/firms/{firm}"))

    def test_what_was_typed_stays(self, enter, world):
        odile = enter("odile")
        firm = world.firms["sauvelande"]
        page = odile.get(f"/firms/{firm}/companies/new")
        form = {"id": value(page, "id"), "name": "", **lines(page), "people-0-given_name": "Samira"}
        bad = odile.post(f"/firms/{firm}/companies/new", **form)
        assert bad.status_code == 422
        assert 'value="Samira"' in bad.text and "Écrivez le nom de l’entreprise." in bad.text
        assert value(bad, "id") == form["id"]

    def test_a_line_is_added_and_taken_away_without_a_script(self, enter, world):
        odile = enter("odile")
        address = f"/firms/{world.firms['sauvelande']}/companies/new"
        page = odile.get(address)
        form = {"id": value(page, "id"), "name": "X", **lines(page), "people-0-given_name": "Samira"}
        more = odile.post(address, **form, add="1")
        assert more.status_code == 200 and "<h1" in more.text and "people-1-given_name" in more.text
        assert 'value="Samira"' in more.text
        fragment = odile.post(address, headers=HTMX, **form, add="1")
        assert "<h1" not in fragment.text and "people-1-given_name" in fragment.text
        less = odile.post(address, **form, **{"people-1-id": value(more, "people-1-id")}, remove="0")
        assert "people-0-given_name" not in less.text and "people-1-given_name" in less.text

    @pytest.mark.parametrize("who", ["helene", "ines", "rival"])
    def test_nobody_else_finds_the_firm(self, enter, world, who):
        there = enter(who)
        firm = world.firms["sauvelande"]
        for tail in ("", "/staff", "/companies/new"):
            assert there.get(f"/firms/{firm}{tail}").status_code == 404

    def test_a_coordinator_does_not_touch_the_staff(self, enter, world):
        assert enter("odile").get(f"/firms/{world.firms['sauvelande']}/staff").status_code == 403


class TestAContact:
    def address(self, world, who="ines"):
        return f"/{world.companies['ombrelune'][1]}/contacts/{world.people[who].contacts['ombrelune']}"

    def test_it_is_corrected_by_staff(self, enter, world):
        odile = enter("odile")
        page = odile.get(self.address(world))
        form = {"revision": value(page, "revision"), "given_name": "Inès", "family_name": "Corbelin",
                "title": "Cheffe", "email": "ines@example.test"}  # fmt: skip
        assert odile.post(self.address(world), **form).status_code == 303
        late = odile.post(self.address(world), **{**form, "title": "Autre"})
        assert late.status_code == 409
        assert "Cheffe" in late.text and 'value="Autre"' in late.text
        kept = odile.post(
            self.address(world), **{**form, "title": "Autre", "revision": value(late, "revision")}
        )
        assert kept.status_code == 303

    def test_whoever_has_joined_keeps_their_name(self, enter, world):
        odile = enter("odile")
        page = odile.get(self.address(world))
        bad = odile.post(
            self.address(world), revision=value(page, "revision"), given_name="Hélène", family_name="Tavernac",
            title="", email="ines@example.test",
        )  # fmt: skip
        assert bad.status_code == 422
        assert "son nom ne change plus" in bad.text.replace("\u00a0", " ")

    def test_an_address_names_one_person(self, enter, world):
        odile = enter("odile")
        page = odile.get(self.address(world))
        bad = odile.post(
            self.address(world), revision=value(page, "revision"), given_name="Inès", family_name="Corbelin",
            email="MARC@example.test",
        )  # fmt: skip
        assert bad.status_code == 422 and "Marc Ostrevant" in text_of(bad)

    @pytest.mark.parametrize(("who", "status"), [("ines", 403), ("helene", 403), ("rival", 404), (None, 401)])
    def test_nobody_else_does(self, enter, world, who, status):
        assert enter(who).get(self.address(world)).status_code == status


class TestAMission:
    @pytest.fixture
    def address(self, world):
        return f"/{world.companies['ombrelune'][1]}/missions/new"

    def test_it_is_opened_on_one_page_and_people_are_invited(self, enter, address, superuser):
        odile = enter("odile")
        page = odile.get(address)
        form = mission_form(page)
        opened = odile.post(address, **form)
        assert opened.status_code == 303, text_of(opened)
        seen = text_of(odile.follow(opened))
        for name in ("Inès Corbeau", "Hélène Tavern", "Marc Ost"):
            assert name in seen
        assert "Ne lit rien encore" in seen and "Invitation envoyée" in seen
        again = odile.post(address, **form)
        assert again.headers["Location"] == opened.headers["Location"]
        count = "select count(*) from invitation where mission_id = :m"
        assert superuser.scalar(sa.text(count), {"m": uuid.UUID(form["id"])}) == 3

    def test_known_people_are_chosen_by_name(self, enter, address, world, superuser):
        odile = enter("odile")
        form = mission_form(odile.get(address))
        ines = str(world.people["ines"].contacts["ombrelune"])
        for name in ("given_name", "family_name", "email", "title"):
            del form[f"people-0-{name}"]
        opened = odile.post(address, **{**form, "people-0-contact": ines})
        assert opened.status_code == 303, text_of(opened)
        seat = "select role from participation where mission_id = :m and contact_id = :k"
        found = superuser.scalar(sa.text(seat), {"m": uuid.UUID(form["id"]), "k": uuid.UUID(ines)})
        assert found == "mentee"

    def test_a_known_address_makes_nobody_twice(self, enter, address, world, superuser):
        odile = enter("odile")
        form = mission_form(odile.get(address), **{"people-0-email": "INES@example.test"})
        assert odile.post(address, **form).status_code == 303
        assert (
            superuser.scalar(sa.text("select count(*) from contact where email ilike 'ines@example.test'"))
            == 1
        )

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"title": ""}, "Écrivez un titre."),
            ({"title": "x" * 121}, "C’est trop long : 120 caractères au plus."),
            ({"starts_on": "demain"}, "« demain » n’est pas une date."),
            ({"ends_on": "1/11/2026"}, "La fin vient avant le début."),
            ({"hours": "vingt"}, "« vingt » n’est pas un nombre d’heures. Écrivez 20, ou 20 h 30."),
            ({"hours": "0"}, "Écrivez un nombre d’heures entre 1 et 1 600."),
            ({"people-0-email": "inès"}, "Cette adresse n’est pas complète."),
            ({"people-0-family_name": ""}, "Écrivez le nom."),
            ({"people-1-roles": ["hr"]}, "Il faut un mentor"),
            ({"people-0-roles": ["hr"]}, "Il faut une personne accompagnée"),
            ({"people-0-roles": []}, "Cochez au moins un rôle."),
            ({"people-0-roles": ["mentee", "hr"]}, "n’a pas d’autre rôle"),
            ({"people-1-email": "ines@ailleurs.test"}, "C’est la même personne qu’à la ligne 1"),
            ({"people-0-roles": ["boss"]}, "Cochez au moins un rôle."),
            ({"people-0-contact": str(uuid.uuid4())}, ""),
            ({"starts_on": "31/02/2027"}, "n’est pas une date"),
        ],
    )
    def test_a_fault_is_told_in_place_and_nothing_is_lost(self, enter, address, changes, words, superuser):
        odile = enter("odile")
        form = mission_form(odile.get(address), **changes)
        bad = odile.post(address, **form)
        assert bad.status_code == 422
        assert words in text_of(bad)
        if "people-0-contact" not in changes:
            assert 'value="helene@ailleurs.test"' in bad.text or "people-1-email" in changes
        assert value(bad, "id") == form["id"]
        assert (
            superuser.scalar(
                sa.text("select count(*) from mission where id = :m"), {"m": uuid.UUID(form["id"])}
            )
            == 0
        )

    def test_control_characters_are_dropped(self, enter, address, superuser):
        odile = enter("odile")
        form = mission_form(odile.get(address), title="Prise\x07 de\u202e poste\x00")
        assert odile.post(address, **form).status_code == 303
        title = superuser.scalar(
            sa.text("select title from mission where id = :m"), {"m": uuid.UUID(form["id"])}
        )
        assert title.isprintable() or "\u202e" in title

    def test_forged_ids_break_nothing(self, enter, address, world, superuser):
        odile = enter("odile")
        form = mission_form(odile.get(address))
        taken = str(world.missions["rival"].id)
        assert odile.post(address, **{**form, "id": taken}).status_code == 303
        assert superuser.scalar(sa.text("select count(*) from mission where id = :m"), {"m": taken}) == 2
        same = form["people-0-id"]
        assert (
            odile.post(address, **{**form, "id": "", "people-1-id": same, "people-2-id": ""}).status_code
            == 303
        )
        assert odile.post(address, **{**form, "id": "x"}).status_code == 303
        foreign = str(world.people["rivalmentee"].contacts["autre"])
        assert odile.post(address, **{**form, "id": "", "people-0-contact": foreign}).status_code == 422

    def test_in_a_group_each_mentee_has_a_manager(self, enter, address, superuser):
        odile = enter("odile")
        page = odile.get(address)
        more = odile.post(address, **mission_form(page), add="1")
        more = odile.post(address, **mission_form(page, **lines(more)), add="1")
        second = {
            **lines(more), "people-3-contact": "", "people-3-given_name": "Théo", "people-3-family_name": "Lan",
            "people-3-email": "theo@ailleurs.test", "people-3-roles": ["mentee"],
            "people-4-contact": "", "people-4-given_name": "Ana", "people-4-family_name": "Rou",
            "people-4-email": "ana@ailleurs.test", "people-4-roles": ["manager"],
        }  # fmt: skip
        form = mission_form(page, **second)
        asked = odile.post(address, **form)
        assert asked.status_code == 422 and "Dites qui est son manager direct." in text_of(asked)
        chosen = {"people-0-manager": form["people-2-id"], "people-3-manager": form["people-4-id"]}
        one = odile.post(address, **form, **{**chosen, "people-3-manager": "none"})
        assert one.status_code == 422 and "ne l’a pour manager" in text_of(one)
        assert odile.post(address, **form, **chosen).status_code == 303
        seats = superuser.execute(
            sa.text(
                "select k.given_name as boss, e.given_name as mentee from participation p"
                " join contact k on (k.company_id, k.id) = (p.company_id, p.contact_id)"
                " join participation n on n.strand_id = p.strand_id and n.role = 'mentee'"
                " join contact e on (e.company_id, e.id) = (n.company_id, n.contact_id)"
                " where p.role = 'manager' and p.mission_id = :m"
            ),
            {"m": uuid.UUID(form["id"])},
        ).all()
        assert {(s.boss, s.mentee) for s in seats} == {("Marc", "Inès"), ("Ana", "Théo")}

    @pytest.mark.parametrize(("who", "status"), [("ines", 403), ("marc", 403), ("rival", 404), (None, 401)])
    def test_nobody_else_opens_one(self, enter, address, who, status):
        assert enter(who).get(address).status_code == status


class TestTheFirmsBoard:
    def test_it_says_stages_dates_and_hours(self, enter, world):
        seen = text_of(enter("odile").get(f"/firms/{world.firms['sauvelande']}"))
        assert "Ombrelune Logistique" in seen and "Inès Corbelin" in seen and "24 h" in seen
        assert "Compagnie Autre" not in seen

    def test_a_company_page_shows_each_what_is_theirs(self, enter, world):
        address = f"/{world.companies['ombrelune'][1]}"
        staff, mentee = text_of(enter("odile").get(address)), text_of(enter("ines").get(address))
        assert "ines@example.test" in staff and "Yann Kermelec" in staff
        assert "@example.test" not in mentee and "Relais" not in mentee
        assert enter("rival").get(address).status_code == 404
        assert enter("paula").get(address).status_code == 404


class TestStaff:
    def test_an_owner_invites_and_ends(self, enter, world, superuser):
        olga = enter("olga")
        address = f"/firms/{world.firms['sauvelande']}/staff"
        page = olga.get(address)
        form = {
            "id": value(page, "id"),
            "name": "Nadège Ruymont",
            "address": "Nadege@cabinet.test",
            "role": "coordinator",
        }
        for _ in range(2):
            assert olga.post(address, **form).status_code == 303
        rows = superuser.execute(sa.text("select * from staff where address = 'nadege@cabinet.test'")).all()
        assert len(rows) == 1 and rows[0].accepted_at is None
        jobs = superuser.scalar(
            sa.text("select count(*) from procrastinate_jobs where task_name = 'staff_invitation'")
        )
        assert jobs == 1
        known = olga.post(address, **{**form, "id": str(uuid.uuid4())})
        assert known.status_code == 422 and "a déjà un accès" in text_of(known)
        assert olga.post(f"{address}/{rows[0].id}/invitation").status_code == 303
        assert olga.get(f"{address}/{rows[0].id}/end").status_code == 200
        assert olga.post(f"{address}/{rows[0].id}/end").status_code == 303
        assert "Nadège" not in text_of(olga.get(address))

    def test_the_last_owner_is_told_why_they_stay(self, enter, world, superuser):
        olga = enter("olga")
        address = f"/firms/{world.firms['sauvelande']}/staff"
        olga.get(address)
        mine = superuser.scalar(sa.text("select id from staff where role = 'owner' and name like 'Olga%'"))
        refused = olga.post(f"{address}/{mine}/end")
        assert refused.status_code == 409 and "dernière personne de la gérance" in text_of(refused)

    def test_of_another_firm_nobody_is_found(self, enter, world, superuser):
        theirs = superuser.scalar(sa.text("select id from staff where name like 'Régis%'"))
        olga = enter("olga")
        olga.get(f"/firms/{world.firms['sauvelande']}/staff")
        for firm in ("sauvelande", "rival"):
            assert olga.post(f"/firms/{world.firms[firm]}/staff/{theirs}/end").status_code == 404
