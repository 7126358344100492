"""Invitations and the people of a mission over HTTP: links, announcements, acceptances, endings."""

import uuid
from datetime import UTC, datetime

import psycopg
import pytest
import sqlalchemy as sa

from tenants.people import notice, tokens
from tests.conftest import SECRET
from tests.http.browser import enter  # noqa: F401 - a fixture
from tests.visitor import HTMX, text_of
from webapp.setup.database import as_role


class House:
    """The mission « solo » and what is written beside it for a test, as the superuser."""

    def __init__(self, world, superuser):
        self.world, self.superuser = world, superuser
        self.mission = world.missions["solo"]

    def sql(self, statement, **values):
        return self.superuser.execute(
            sa.text(statement), {"c": self.mission.company_id, "m": self.mission.id, **values}
        )

    def invited(self, role="hr", address="nouvelle@ombrelune.test", **changes):
        """A new contact with a seat and an invitation; (contact id, token)."""
        contact, token = uuid.uuid4(), tokens.new_token()
        self.sql(
            "insert into contact (company_id, id, given_name, family_name, title, email, staff, created_at, revision)"
            " values (:c, :k, 'Nadia', 'Belcourt', '', :a, false, now(), 1)",
            k=contact, a=address,
        )  # fmt: skip
        self.seat(contact, role, **changes)
        self.invitation(contact, token)
        return contact, token

    def seat(self, contact, role, *, first_team=False, strand=None):
        self.sql(
            "insert into participation (company_id, id, mission_id, strand_id, contact_id, role, first_team, announced_at)"
            " values (:c, gen_random_uuid(), :m, :s, :k, :r, :f, now())",
            k=contact, r=role, f=first_team, s=strand,
        )  # fmt: skip

    def invitation(self, contact, token):
        self.sql(
            "insert into invitation (company_id, id, mission_id, contact_id, invited_by, created_at, token_hash, expires_at)"
            " values (:c, gen_random_uuid(), :m, :k, :b, now(), :h, now() + interval '14 days')",
            k=contact, h=tokens.link_hash(token), b=self.world.people["odile"].contacts["ombrelune"],
        )  # fmt: skip

    def part(self, contact):
        return self.sql(
            "select * from participation where company_id = :c and mission_id = :m and contact_id = :k",
            k=contact,
        ).one()

    @property
    def people(self):
        return self.world.url("solo", "/people")


@pytest.fixture
def house(world, superuser):
    return House(world, superuser)


class TestALink:
    def test_it_says_who_invites_to_what_as_whom(self, enter, house):
        _, token = house.invited("manager", first_team=True, strand=house.mission.strands[0])
        page = enter().get(f"/invitations/{token}")
        seen = text_of(page)
        assert page.status_code == 200
        for words in ("Odile Brassenoy vous invite", "Cabinet sauvelande conduit cette mission chez Ombrelune Logistique",
                      "manager d’Inès", "Prise de poste au site Nord", "24 h", "Nadia Belcourt",
                      "vos données", "Notice du 24 novembre 2026", "Qui lit quoi"):  # fmt: skip
            assert words in seen

    def test_opening_it_consumes_nothing(self, enter, house):
        contact, token = house.invited()
        for _ in range(3):
            assert enter().get(f"/invitations/{token}").status_code == 200
        assert enter().client.head(f"/invitations/{token}").status_code == 200
        assert house.part(contact).accepted_at is None

    def test_accepting_opens_an_account_and_signs_in(self, enter, house):
        contact, token = house.invited("hr", first_team=True)
        nadia = enter()
        nadia.get(f"/invitations/{token}")
        answer = nadia.post(f"/invitations/{token}")
        assert answer.status_code == 303 and nadia.cookie()
        person = house.sql(
            "select p.*, a.address, a.mails, a.personal from contact k join person p on p.id = k.person_id"
            " join address a on a.person_id = p.id where k.id = :k", k=contact,
        ).one()  # fmt: skip
        assert (person.name, person.address) == ("Nadia Belcourt", "nouvelle@ombrelune.test")
        assert person.mails and not person.personal
        assert person.notice_version == notice.VERSION and person.notice_at is not None
        assert nadia.get(house.people).status_code == 200
        part = house.part(contact)
        assert part.reads_from == part.accepted_at <= datetime.now(UTC)

    def test_it_proves_no_other_mailbox_than_the_one_it_was_sent_to(self, enter, house):
        """Whoever holds it would else, by one correction, hold an account under somebody else's address."""
        contact, token = house.invited("hr", first_team=True, address="complice@ombrelune.test")
        odile = enter("odile")
        address = f"/{house.mission.slug}/contacts/{contact}"
        odile.get(address)
        form = {"revision": "1", "given_name": "Nadia", "family_name": "Belcourt"}
        assert odile.post(address, **form, email="victime@ailleurs.test").status_code == 303
        visitor = enter()
        assert visitor.get(f"/invitations/{token}").status_code == 404
        assert visitor.post(f"/invitations/{token}").status_code == 404 and not visitor.cookie()
        assert not house.sql("select 1 from address where address = 'victime@ailleurs.test'").all()
        jobs = house.sql("select count(*) from procrastinate_jobs where task_name = 'invitation'").scalar()
        assert jobs == 1, "the other mailbox is sent a link of its own"

    def test_a_mentor_without_a_second_factor_gives_one_before_entering(self, enter, house):
        _, token = house.invited("mentor", first_team=True)
        visitor = enter()
        visitor.get(f"/invitations/{token}")
        answer = visitor.post(f"/invitations/{token}")
        assert answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in/")
        assert visitor.get(house.people).status_code == 401

    def test_it_serves_once(self, enter, house):
        _, token = house.invited()
        first, second = enter(), enter()
        first.get(f"/invitations/{token}")
        second.get(f"/invitations/{token}")
        assert first.post(f"/invitations/{token}").status_code == 303
        again = second.post(f"/invitations/{token}")
        assert again.status_code == 410 and "a déjà été acceptée" in text_of(again) and not second.cookie()
        assert second.get(f"/invitations/{token}").status_code == 410

    @pytest.mark.parametrize(
        ("change", "status", "words"),
        [
            ("expires_at = now() - interval '1 hour'", 410, "a expiré"),
            ("revoked_at = now()", 410, "n’est plus ouverte"),
            ("token_hash = null", 404, "n’ouvre aucune invitation"),
        ],
    )
    def test_a_link_that_no_longer_serves_says_how_to_get_another(self, enter, house, change, status, words):
        _, token = house.invited()
        visitor = enter()
        visitor.get(f"/invitations/{token}")
        house.sql(f"update invitation set {change} where mission_id = :m")
        for answer in (visitor.get(f"/invitations/{token}"), visitor.post(f"/invitations/{token}")):
            assert answer.status_code == status
            assert words in text_of(answer) and "invité·e" in text_of(answer)
            assert "Ombrelune" not in text_of(answer) and "Nadia" not in text_of(answer)

    @pytest.mark.parametrize("token", ["x", "é", "a" * 3000, "%00", "..%2f", "' or 1=1"])
    def test_anything_else_opens_none(self, enter, token):
        assert enter().get(f"/invitations/{token}").status_code == 404

    def test_an_account_that_exists_signs_in_first(self, enter, house):
        contact, token = house.invited(address="paula@example.test")
        visitor = enter()
        page = visitor.get(f"/invitations/{token}")
        assert "Cette adresse a déjà un compte" in text_of(page) and "j’accepte" not in text_of(page)
        assert token not in page.text.split("<h1>")[1]
        assert visitor.post(f"/invitations/{token}").status_code == 409
        assert house.part(contact).accepted_at is None and not visitor.cookie()
        paula = enter("paula")
        (invitation,) = house.sql("select id from invitation where contact_id = :k", k=contact).scalars()
        assert "Vous acceptez avec votre compte" in text_of(paula.get(f"/invitations/mine/{invitation}"))
        assert paula.post(f"/invitations/mine/{invitation}").status_code == 303
        assert house.part(contact).accepted_at is not None

    def test_by_its_id_nobody_else_finds_it(self, enter, house):
        contact, _ = house.invited(address="paula@example.test")
        (invitation,) = house.sql("select id from invitation where contact_id = :k", k=contact).scalars()
        assert enter("lina").get(f"/invitations/mine/{invitation}").status_code == 404
        visitor = enter()
        assert visitor.get(f"/invitations/mine/{invitation}").headers["Location"].startswith("/sign-in?next=")

    def test_another_account_says_so_and_confirms(self, enter, house):
        contact, token = house.invited()
        other = enter("rivalmentor")
        page = other.get(f"/invitations/{token}")
        assert "Vous êtes connecté·e en tant que Maud Kersaint" in text_of(page)
        assert other.post(f"/invitations/{token}").status_code == 409
        assert house.part(contact).accepted_at is None
        assert other.post(f"/invitations/{token}", confirmed="1").status_code == 303
        linked = house.sql("select person_id from contact where id = :k", k=contact).scalar()
        assert linked == house.world.people["rivalmentor"].id
        assert (
            house.sql("select count(*) from address where address = 'nouvelle@ombrelune.test'").scalar() == 0
        )

    def test_for_another_account_it_does_not_open(self, enter, house):
        _, token = house.invited(address="paula@example.test")
        other = enter("rivalmentor")
        assert "pour un autre compte" in text_of(other.get(f"/invitations/{token}"))
        assert other.post(f"/invitations/{token}", confirmed="1").status_code == 409

    def test_a_contact_of_the_company_is_told_under_which_name(self, enter, house):
        _, token = house.invited()
        seen = text_of(enter("lina").get(f"/invitations/{token}"))
        assert "Cette entreprise vous connaît déjà" in seen and "Lina Daubrac" in seen

    def test_no_token_is_kept_in_the_database(self, enter, house, superuser):
        _, token = house.invited(address="paula@example.test")
        visitor = enter()
        page = visitor.get(f"/invitations/{token}")
        import re

        sign_in = re.search(r'href="(/sign-in\?next=[^"]+)"', page.text)[1]
        visitor.get(sign_in)
        visitor.post("/sign-in", address="paula@example.test", next=sign_in.partition("next=")[2])
        kept = (
            superuser.execute(sa.text("select row_to_json(r)::text from sign_in_request r")).scalars().all()
        )
        assert kept and not any(token in row for row in kept)

    def test_who_may_not_read_yet_is_told_from_when(self, enter, house):
        _, token = house.invited("hr")
        nadia = enter()
        nadia.get(f"/invitations/{token}")
        answer = nadia.post(f"/invitations/{token}")
        assert "invitations/mine" in answer.headers["Location"]
        invitation = answer.headers["Location"].rpartition("next=")[2].replace("%2F", "/")
        page = nadia.get(invitation)
        assert page.status_code == 200
        assert "Vous avez accepté cette invitation" in text_of(
            page
        ) and "Vous pourrez lire la mission à partir du" in text_of(page)
        assert nadia.get(house.people).status_code == 404
        house.sql("update participation set reads_from = now() where mission_id = :m and role = 'hr'")
        assert "Ouvrir la mission" in text_of(nadia.get(invitation))
        assert nadia.get(house.people).status_code == 200


class TestAnnouncements:
    def test_mentee_and_mentor_are_told_by_name_and_say_they_know(self, enter, house):
        odile = enter("odile")
        page = odile.get(house.people + "/new")
        form = {
            "invitation": page.text.split('name="invitation" value="')[1].split('"')[0],
            "people-0-id": page.text.split('name="people-0-id" value="')[1].split('"')[0],
            "people-0-contact": str(house.world.people["olga"].contacts["ombrelune"]), "people-0-roles": ["hr"],
        }  # fmt: skip
        for _ in range(2):
            assert odile.post(house.people + "/new", **form).status_code == 303
        part = house.part(house.world.people["olga"].contacts["ombrelune"])
        for who in ("ines", "helene"):
            told = enter(who)
            seen = text_of(told.get(house.people))
            assert "Olga Vernaz pourra lire, en tant que référent·e RH, à partir du" in seen
            assert "J’en ai pris connaissance" in seen
            fragment = told.post(f"{house.people}/{part.id}/seen", headers=HTMX)
            assert fragment.status_code == 200 and "J’en ai pris connaissance" not in fragment.text
            assert 'id="_people"' in fragment.text and "<h1" not in fragment.text
            assert told.post(f"{house.people}/{part.id}/seen").status_code == 303
        for who in ("marc", "solange", "odile"):
            assert "J’en ai pris connaissance" not in enter(who).get(house.people).text

    @pytest.mark.parametrize(("who", "status"), [("marc", 403), ("solange", 403), ("odile", 403), ("theo", 404),
                                                 ("paula", 404), ("rival", 404), (None, 401)])  # fmt: skip
    def test_nobody_else_answers(self, enter, house, who, status):
        contact, _ = house.invited()
        visitor = enter(who)
        visitor.get("/profile" if who else "/sign-in")
        answer = visitor.post(f"{house.people}/{house.part(contact).id}/seen")
        assert answer.status_code == status

    def test_a_mentor_is_accepted_by_the_mentee_alone(self, enter, house):
        contact, _ = house.invited("mentor")
        part = house.part(contact)
        helene, ines = enter("helene"), enter("ines")
        assert "Accepter" not in text_of(helene.get(house.people))
        assert helene.post(f"{house.people}/{part.id}/acceptance").status_code == 403
        assert helene.post(f"{house.people}/{part.id}/seen").status_code == 409
        seen = text_of(ines.get(house.people))
        assert "Nadia Belcourt est proposé·e comme mentor" in seen and "Accepter Nadia comme mentor" in seen
        assert ines.post(f"{house.people}/{part.id}/acceptance").status_code == 303
        assert house.part(contact).reads_from is None  # her own invitation is not accepted yet
        assert "Accepter Nadia" not in text_of(ines.get(house.people))

    def test_a_mentor_is_declined_by_the_mentee_alone_and_the_coordination_is_told(self, enter, house):
        contact, _ = house.invited("mentor")
        part = house.part(contact)
        away, helene = f"{house.people}/{part.id}/refusal", enter("helene")
        helene.get(house.people)
        assert helene.post(away).status_code == 403
        ines = enter("ines")
        assert "Ne pas l’accepter" in text_of(ines.get(house.people))
        answer = ines.post(away, headers=HTMX)
        assert answer.status_code == 200 and "<h1" not in answer.text
        assert "Ne lit rien : n’a pas été accepté·e comme mentor par vous." in text_of(answer)
        assert "Ne pas l’accepter" not in answer.text
        assert ines.post(f"{house.people}/{part.id}/acceptance").status_code == 409
        seen = text_of(enter("odile").get(house.people))
        assert "n’a pas été accepté·e comme mentor par Inès" in seen and "Proposer quelqu’un d’autre" in seen
        assert "Proposer quelqu’un d’autre" not in text_of(ines.get(house.people))

    def test_the_first_team_is_not_announced(self, enter, house):
        seen = text_of(enter("ines").get(house.people))
        assert "pourra lire" not in seen and "Lit depuis" in seen
        manager = house.part(house.world.people["marc"].contacts["ombrelune"])
        ines = enter("ines")
        ines.get(house.people)
        house.sql("update participation set first_team = true where mission_id = :m")
        assert ines.post(f"{house.people}/{manager.id}/seen").status_code == 409


class TestStaffActs:
    def test_invite_again_and_revoke(self, enter, house):
        contact, token = house.invited()
        odile = enter("odile")
        odile.get(house.people)
        (first,) = house.sql("select id from invitation where contact_id = :k", k=contact).scalars()
        assert odile.post(f"{house.people}/invitations/{first}/again").status_code == 303
        assert enter().get(f"/invitations/{token}").status_code == 410
        second = house.sql(
            "select id from invitation where contact_id = :k and revoked_at is null", k=contact
        ).scalar()
        assert second != first
        fragment = odile.post(f"{house.people}/invitations/{second}/revocation", headers=HTMX)
        assert "Inviter de nouveau" in fragment.text
        assert odile.post(f"{house.people}/invitations/{second}/again").status_code == 303
        house.sql("update invitation set accepted_at = now(), revoked_at = null where id = :i", i=second)
        assert odile.post(f"{house.people}/invitations/{second}/again").status_code == 409

    def test_ending_asks_first_then_is_at_once(self, enter, house):
        marc = enter("marc")
        assert marc.get(house.people).status_code == 200
        part = house.part(house.world.people["marc"].contacts["ombrelune"])
        odile = enter("odile")
        page = odile.get(f"{house.people}/{part.id}/end")
        assert "Marc Ostrevant ne prendra plus part à la mission" in text_of(page)
        assert house.part(house.world.people["marc"].contacts["ombrelune"]).until_at is None
        for _ in range(2):
            assert odile.post(f"{house.people}/{part.id}/end").status_code == 303
        assert marc.get(house.people).status_code == 404
        assert "A pris part jusqu’au" in text_of(odile.get(house.people))

    @pytest.mark.parametrize(
        ("who", "status"), [("ines", 403), ("helene", 403), ("marc", 403), ("theo", 404), ("rival", 404)]
    )
    def test_nobody_else_invites_or_ends(self, enter, house, who, status):
        contact, _ = house.invited()
        part = house.part(contact)
        (invitation,) = house.sql("select id from invitation where contact_id = :k", k=contact).scalars()
        visitor = enter(who)
        visitor.get("/profile")
        assert visitor.get(house.people + "/new").status_code == status
        for tail in (
            "/new",
            f"/{part.id}/end",
            f"/invitations/{invitation}/again",
            f"/invitations/{invitation}/revocation",
        ):
            assert visitor.post(house.people + tail).status_code == status
        assert house.part(contact).until_at is None

    def test_of_another_mission_nothing_is_found(self, enter, house):
        contact, _ = house.invited()
        odile = enter("odile")
        odile.get(house.people)
        other = house.world.url("group", "/people")
        part = house.part(contact)
        (invitation,) = house.sql("select id from invitation where contact_id = :k", k=contact).scalars()
        assert odile.post(f"{other}/{part.id}/end").status_code == 404
        assert odile.post(f"{other}/invitations/{invitation}/revocation").status_code == 404

    def test_staff_read_no_zone_and_mails_stay_theirs(self, enter, house):
        contact, _ = house.invited()
        seen = enter("odile").get(house.people).text
        assert "nouvelle@ombrelune.test" not in seen and contact


class TestAStaffInvitation:
    @pytest.fixture
    def staff(self, world, superuser, database):
        """A firm just founded, as the command line does; its owner's token."""
        from tenants.firm import operations

        with psycopg.connect(as_role(database, "trialogue_owner", SECRET)) as owner:
            staff_id = operations.found(
                owner, name="Cabinet Neuf", owner="Nine Calvez", address="Nine@neuf.test"
            )
        token = tokens.new_token()
        with psycopg.connect(as_role(database, "trialogue_jobs", SECRET)) as jobs:
            jobs.execute("select issue_staff_invitation(%s, %s)", (staff_id, tokens.link_hash(token)))
        return token

    def test_a_new_firms_owner_accepts_and_gives_a_second_factor(self, enter, staff, superuser):
        nine = enter()
        page = nine.get(f"/invitations/staff/{staff}")
        seen = text_of(page)
        assert (
            "Cabinet Neuf vous ouvre un accès" in seen
            and "gérance du cabinet" in seen
            and "Notice du" in seen
        )
        assert nine.post(f"/invitations/staff/{staff}", name="").status_code == 422
        answer = nine.post(f"/invitations/staff/{staff}", name="Nine Calvez-Roy")
        assert answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in/")
        row = superuser.execute(sa.text("select * from staff where address = 'nine@neuf.test'")).one()
        assert row.accepted_at and row.person_id and row.name == "Nine Calvez-Roy"
        assert nine.get(f"/invitations/staff/{staff}").status_code == 410

    def test_an_account_that_exists_signs_in_first(self, enter, staff, superuser, world):
        superuser.execute(
            sa.text("update address set address = 'nine@neuf.test' where person_id = :p"),
            {"p": world.people["paula"].id},
        )
        visitor = enter()
        assert "a déjà un compte" in text_of(visitor.get(f"/invitations/staff/{staff}"))
        assert visitor.post(f"/invitations/staff/{staff}", name="Nine").status_code == 409
        paula = enter("paula")
        paula.get(f"/invitations/staff/{staff}")
        answer = paula.post(f"/invitations/staff/{staff}", name="Paula Ferrandi")
        assert answer.status_code == 303 and answer.headers["Location"].startswith("/firms/")
        assert paula.follow(answer).status_code == 200

    def test_staff_who_accept_later_enter_every_company(self, enter, world, superuser, house):
        token = tokens.new_token()
        superuser.execute(
            sa.text(
                "insert into staff (firm_id, id, role, name, address, created_at, token_hash, expires_at) values"
                " (:f, gen_random_uuid(), 'coordinator', 'Nadège Ruymont', 'nadege@cabinet.test', now(), :h,"
                " now() + interval '1 day')"
            ),
            {"f": world.firms["sauvelande"], "h": tokens.link_hash(token)},
        )
        visitor = enter()
        visitor.get(f"/invitations/staff/{token}")
        assert visitor.post(f"/invitations/staff/{token}", name="Nadège Ruymont").status_code == 303
        found = superuser.execute(
            sa.text("select given_name, family_name, staff from contact where email = 'nadege@cabinet.test'")
        ).all()
        assert len(found) == 2 and all(c.staff and c.family_name == "Ruymont" for c in found)
