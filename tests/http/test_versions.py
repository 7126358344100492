"""The rules, a version and its signatures over HTTP: what each screen does, for whom, and what is refused."""

import re
import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from tests.authenticator import Authenticator
from tests.db import test_versions as rows
from tests.http.browser import Browser
from tests.visitor import Mailbox, text_of

RULES, VERSION = "/agreement/rules", "/agreement/version"


@pytest.fixture
def enter(app: Any, world: Any) -> Any:
    def entered(who: str) -> Browser:
        visitor = Browser(app)
        visitor.client.set_cookie("sid", world.people[who].token)
        return visitor

    return entered


@pytest.fixture
def mailbox(database: str, superuser: sa.Connection) -> Mailbox:
    return Mailbox(database, superuser)


@pytest.fixture
def begun(app: Any, world: Any) -> None:
    """Expectations revealed, a sentence, the rules begun."""
    with app.app_context():
        rows.revealed(world)
        rows.begun(world)


@pytest.fixture
def out(app: Any, world: Any, begun: None) -> uuid.UUID:
    """A version out for signature."""
    with app.app_context():
        return rows.proposed(world)


def test_the_rules_start_from_the_template_and_are_written_by_all(world: Any, enter: Any) -> None:
    helene = enter("helene")
    page = helene.get(world.url("solo", RULES))
    assert "Commencer par le modèle du cabinet" in text_of(page)
    assert helene.post(world.url("solo", RULES)).status_code == 303
    helene.post(world.url("solo", RULES))
    page = enter("solange").get(world.url("solo", RULES))
    said = text_of(page)
    assert page.text.count("data-ytext") == 10
    for words in ("Danger grave", "Aucun secret protégé par la loi", "Un développement, pas une évaluation"):
        assert words in said
    assert "secret professionnel" not in said.casefold()
    assert "Marc lit les objectifs de ce parcours." in said
    assert "Personne d’autre n’ouvre le carnet" in said


def test_a_value_and_a_cell_are_changed_under_a_revision(world: Any, enter: Any, begun: None) -> None:
    marc, ines = enter("marc"), enter("ines")
    seen = revision(marc.get(world.url("solo", RULES)))
    ines.get(world.url("solo", RULES))
    assert marc.post(world.url("solo", f"{RULES}/values"), revision=seen, late_hours="12").status_code == 303
    stale = ines.post(world.url("solo", f"{RULES}/values"), revision=seen, late_hours="36")
    assert stale.status_code == 409
    assert "36 h" in text_of(stale)
    assert "12 h" in text_of(stale)
    for bad in ("vingt", "-1", "99999", "1" * 900):
        answer = marc.post(world.url("solo", f"{RULES}/values"), revision=seen, late_hours=bad)
        assert answer.status_code == 422, bad
        assert f'value="{bad}"' in answer.text
    answer = marc.post(world.url("solo", f"{RULES}/values"), revision="99", ends_on="01/01/2020")
    assert (answer.status_code, "avant le début" in text_of(answer)) == (422, True)
    cell = {"kind": "context", "role": "hr", "value": "none"}
    assert marc.post(world.url("solo", f"{RULES}/matrix"), revision="99", **cell).status_code == 303
    assert "Yann ne lit pas le dossier de contexte." in text_of(ines.get(world.url("solo", RULES)))
    for forged in (
        {"kind": "objectives", "role": "manager"},
        {"kind": "x"},
        {"value": "write"},
        {"role": "owner"},
    ):
        answer = marc.post(world.url("solo", f"{RULES}/matrix"), revision="99", **(cell | forged))
        assert answer.status_code == 409, forged


def revision(page: Any) -> str:
    return re.search(r'name="revision" value="(\d+)"', page.text)[1]  # type: ignore[index]


def test_what_keeps_it_from_being_proposed_is_said(app: Any, world: Any, enter: Any) -> None:
    with app.app_context():
        rows.begun(world)
    said = text_of(enter("ines").get(world.url("solo", VERSION)))
    assert "Les attentes de chacun ne sont pas encore révélées." in said
    assert "Proposer la version 1" not in said
    answer = enter("ines")
    answer.get(world.url("solo", VERSION))
    assert answer.post(world.url("solo", VERSION), hash="x").status_code == 409


def test_one_proposes_the_text_that_one_has_read(world: Any, enter: Any, begun: None) -> None:
    marc = enter("marc")
    page = marc.get(world.url("solo", VERSION))
    read = re.search(r'name="hash" value="([0-9a-f]{64})"', page.text)[1]  # type: ignore[index]
    ines = enter("ines")
    ines.get(world.url("solo", RULES))
    ines.post(world.url("solo", f"{RULES}/values"), revision="99", report_minutes="2 h")
    assert marc.post(world.url("solo", VERSION), hash=read).status_code == 409
    page = marc.get(world.url("solo", VERSION))
    read = re.search(r'name="hash" value="([0-9a-f]{64})"', page.text)[1]  # type: ignore[index]
    assert marc.post(world.url("solo", VERSION), hash=read).status_code == 303
    assert marc.post(world.url("solo", VERSION), hash=read).status_code == 409, (
        "a second click proposes nothing"
    )
    said = text_of(ines.get(world.url("solo", VERSION)))
    for words in (
        "L’essentiel",
        "On attend votre signature",
        "version 1",
        "Le bilan compte 2 h.",
        "est sollicité·e en premier",
    ):
        assert words in said
    page = ines.get(world.url("solo", VERSION))
    assert (
        page.text.index("L’essentiel")
        < page.text.index("Ce qui se dit reste")
        < page.text.index("J’ai lu la version 1")
    )
    assert "checked" not in page.text


def signature(world: Any, version: uuid.UUID) -> str:
    return world.url("solo", f"/agreement/versions/{version}/signature")


def page_of(world: Any, version: uuid.UUID) -> str:
    return world.url("solo", f"/agreement/versions/{version}")


def hash_of(visitor: Browser, world: Any, version: uuid.UUID) -> str:
    page = visitor.get(page_of(world, version))
    return re.search(r'name="hash" value="([0-9a-f]{64})"', page.text)[1]  # type: ignore[index]


def sign(visitor: Browser, world: Any, version: uuid.UUID, mailbox: Mailbox) -> Any:
    read = hash_of(visitor, world, version)
    assert visitor.post(signature(world, version), hash=read, ticked="y").status_code == 303
    visitor.get(page_of(world, version))
    return visitor.post(signature(world, version), hash=read, ticked="y", code=mailbox.open().code)


def test_a_signature_is_a_tick_and_a_code_for_this_text(
    world: Any, enter: Any, out: uuid.UUID, mailbox: Mailbox, superuser: sa.Connection
) -> None:
    ines = enter("ines")
    read = hash_of(ines, world, out)
    untouched = ines.post(signature(world, out), hash=read)
    assert (untouched.status_code, "Cochez que vous avez lu" in text_of(untouched)) == (422, True)
    assert ines.post(signature(world, out), hash=read, ticked="y").status_code == 303
    page = ines.get(page_of(world, out))
    assert "ines@example.test" in text_of(page)
    wrong = ines.post(signature(world, out), hash=read, ticked="y", code="000000")
    assert wrong.status_code == 422
    assert superuser.scalar(sa.text("select tries from sign_in_request")) == 1, "a wrong code is counted"
    assert ines.post(signature(world, out), hash=read, ticked="y", code="12").status_code == 422
    code = mailbox.open().code
    assert ines.post(signature(world, out), hash="0" * 64, ticked="y", code=code).status_code == 409
    assert superuser.scalar(sa.text("select count(*) from agreement_answer")) == 0
    assert sign(ines, world, out, mailbox).status_code == 303
    again = ines.post(signature(world, out), hash=read, ticked="y", code=code)
    assert again.status_code == 303, "a second click finds it signed"
    row = superuser.execute(sa.text("select * from agreement_answer")).one()
    assert (row.kind, row.hash, row.means, row.roles) == ("signed", read, "code", ["mentee"])
    assert (row.mailbox, row.network, row.statement[:20]) == (
        "i…@example.test",
        "192.0.2.0/24",
        "J’ai lu la version 1",
    )
    assert "Inès Corbelin, vous" in text_of(ines.get(page_of(world, out)))


def test_a_code_asked_for_something_else_signs_nothing(
    world: Any, enter: Any, out: uuid.UUID, mailbox: Mailbox, superuser: sa.Connection
) -> None:
    ines = enter("ines")
    read = hash_of(ines, world, out)
    ines.get("/sign-in/fresh")
    assert ines.post("/sign-in/fresh/code", next="/profile").status_code == 303
    answer = ines.post(signature(world, out), hash=read, ticked="y", code=mailbox.open().code)
    assert answer.status_code == 422
    assert superuser.scalar(sa.text("select count(*) from agreement_answer")) == 0, "nor does a fresh sign-in"


def test_four_sign_and_the_matrix_is_the_rule(
    world: Any, enter: Any, out: uuid.UUID, mailbox: Mailbox, superuser: sa.Connection
) -> None:
    for who in rows.SIGNERS:
        assert sign(enter(who), world, out, mailbox).status_code == 303
    assert (
        superuser.scalar(sa.text("select max(version) from rule r join mission m on m.rule_id = r.id")) == 1
    )
    said = text_of(enter("yann").get(world.url("solo", VERSION)))
    assert "Signé par tous" in said
    assert "Proposer un avenant" not in said, "HR follows, and writes nothing"
    jobs = superuser.scalars(sa.text("select task_name from procrastinate_jobs")).all()
    assert "print_agreement" in jobs


def test_a_change_needs_a_reason_and_reopens(world: Any, enter: Any, out: uuid.UUID) -> None:
    marc = enter("marc")
    address = world.url("solo", f"/agreement/versions/{out}/change")
    marc.get(address)
    assert marc.post(address, reason="  ").status_code == 422
    long = "x" * 2001
    kept = marc.post(address, reason=long)
    assert (kept.status_code, long in kept.text) == (422, True)
    assert marc.post(address, reason="Le délai est trop long.").status_code == 303
    assert marc.post(address, reason="Encore.").status_code == 409
    said = text_of(enter("ines").get(world.url("solo", VERSION)))
    assert "Marc a demandé un changement à la version 1" in said
    assert "Le délai est trop long." in said


def test_a_refusal_is_told_and_needs_no_reason(app: Any, world: Any, enter: Any, out: uuid.UUID) -> None:
    solange = enter("solange")
    address = world.url("solo", f"/agreement/versions/{out}/refusal")
    solange.get(address)
    assert solange.post(address).status_code == 303
    assert "Solange ne signe pas cette version" in text_of(enter("ines").get(world.url("solo", VERSION)))
    with app.app_context():
        for who in ("ines", "helene", "marc"):
            rows.sign(world, who, out)
    told = text_of(enter("odile").get(world.url("solo")))
    assert "Version 1 : 1 personne ne signe pas" in told, "the coordination is told, without a word of it"
    assert "Solange ne signe" not in told


def test_the_word_to_the_mentor_shows_to_two(world: Any, enter: Any, out: uuid.UUID) -> None:
    ines = enter("ines")
    address = world.url("solo", f"/agreement/versions/{out}/talk")
    page = ines.get(address)
    made = re.search(r'name="talk_id" value="([^"]+)"', page.text)[1]  # type: ignore[index]
    for _ in range(2):
        assert ines.post(address, talk_id=made, text="J’hésite sur le délai.").status_code == 303
    shown = {
        who: text_of(enter(who).get(world.url("solo", VERSION)))
        for who in ("ines", "helene", "marc", "solange", "yann")
    }
    assert [who for who, said in shown.items() if "J’hésite" in said] == ["ines", "helene"]
    assert shown["helene"].count("J’hésite") == 1
    assert "parler" not in shown["yann"]
    assert enter("marc").post(world.url("solo", f"/agreement/talks/{made}/answer")).status_code in (
        400,
        403,
        404,
    )
    helene = enter("helene")
    helene.get(world.url("solo", VERSION))
    assert helene.post(world.url("solo", f"/agreement/talks/{made}/answer")).status_code == 303
    assert "Vous en avez parlé" in text_of(ines.get(world.url("solo", VERSION)))


def test_another_mission_does_not_find_it(world: Any, enter: Any, out: uuid.UUID) -> None:
    bruno = enter("bruno")
    bruno.get(world.url("other", VERSION))
    for tail in (f"/agreement/versions/{out}", f"/agreement/versions/{out}/change"):
        assert bruno.get(world.url("other", tail)).status_code == 404
    assert (
        bruno.post(world.url("other", f"/agreement/versions/{out}/signature"), ticked="y").status_code == 404
    )
    for who in ("odile", "olga"):
        assert enter(who).get(page_of(world, out)).status_code in (403, 404)


def test_dates_alone(
    world: Any, enter: Any, out: uuid.UUID, mailbox: Mailbox, superuser: sa.Connection
) -> None:
    for who in rows.SIGNERS:
        sign(enter(who), world, out, mailbox)
    superuser.execute(sa.text("delete from sign_in_request"))  # what an hour brings
    address = world.url("solo", "/agreement/dates")
    odile = enter("odile")
    page = odile.get(address)
    made = re.search(r'name="amendment_id" value="([^"]+)"', page.text)[1]  # type: ignore[index]
    same = odile.post(address, amendment_id=made, starts_on="01/09/2026", ends_on="31/03/2027", hours="24")
    assert (same.status_code, "d’aujourd’hui" in text_of(same)) == (409, True)
    bad = odile.post(address, amendment_id=made, starts_on="01/09/2027", ends_on="hier", hours="x")
    assert (bad.status_code, 'value="hier"' in bad.text) == (422, True)
    for _ in range(2):
        given = {"amendment_id": made, "starts_on": "01/09/2026", "ends_on": "30/04/2027", "hours": "30"}
        assert odile.post(address, **given).status_code == 303
    one = f"{address}/{made}"
    read = superuser.scalar(sa.text("select hash from dates_amendment"))
    for who in ("ines", "helene"):
        visitor = enter(who)
        assert "Accepter ces dates" in text_of(visitor.get(one))
        assert visitor.post(f"{one}/acceptance", hash="x").status_code == 409
        visitor.get(one)
        assert visitor.post(f"{one}/acceptance", hash=read).status_code == 303
    assert "Accepter ces dates" not in text_of(enter("marc").get(one))
    for who in ("solange", "odile"):
        visitor = enter(who)
        visitor.get(one)
        assert visitor.post(f"{one}/signature", hash=read, ticked="y").status_code == 303
        visitor.get(one)
        assert (
            visitor.post(f"{one}/signature", hash=read, ticked="y", code=mailbox.open().code).status_code
            == 303
        )
    assert (
        superuser.scalar(sa.text("select hours from mission where id = :m"), {"m": world.missions["solo"].id})
        == 1800
    )


def test_what_one_signed_is_kept_for_whoever_left(
    world: Any, enter: Any, out: uuid.UUID, mailbox: Mailbox, superuser: sa.Connection
) -> None:
    for who in rows.SIGNERS:
        sign(enter(who), world, out, mailbox)
    superuser.execute(sa.text("update participation set until_at = now() where role = 'manager'"))
    slug = world.missions["solo"].slug
    assert "Ce qui se dit reste." in text_of(enter("marc").get(f"/{slug}/agreements/{out}"))
    assert enter("marc").get(page_of(world, out)).status_code == 404
    assert enter("yann").get(f"/{slug}/agreements/{out}").status_code == 404


def test_an_amendment_is_shown_as_a_difference(app: Any, world: Any, enter: Any, out: uuid.UUID) -> None:
    with app.app_context():
        for who in rows.SIGNERS:
            rows.sign(world, who, out)
    ines = enter("ines")
    assert "Proposer un avenant" in text_of(ines.get(world.url("solo", VERSION)))
    assert ines.post(world.url("solo", "/agreement/amendment")).status_code == 303
    ines.get(world.url("solo", RULES))
    assert ines.post(world.url("solo", f"{RULES}/values"), revision="99", late_hours="").status_code == 303
    said = text_of(ines.get(world.url("solo", VERSION)))
    assert "en vigueur depuis le" in said
    for words in ("Ce que l’avenant change", "Valeurs des règles", "jamais"):
        assert words in said
    read = re.search(r'name="hash" value="([0-9a-f]{64})"', ines.get(world.url("solo", VERSION)).text)[1]  # type: ignore[index]
    assert ines.post(world.url("solo", VERSION), hash=read).status_code == 303
    said = text_of(enter("marc").get(world.url("solo", VERSION)))
    assert "Avenant à l’accord de cadrage, version 2" in said
    assert "Ce qui change depuis la version 1" in said


def pdf(words: str = "Contrat cadre") -> tuple[Any, str]:
    import io

    return io.BytesIO(
        f"%PDF-1.4\n% {words}\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n".encode()
    ), "contrat-cadre.pdf"


def upload(visitor: Browser, address: str, file: Any = None) -> Any:
    page = visitor.get(address.removesuffix("/annexes"))
    found = re.search(r'name="file_id" value="([^"]+)"', page.text)
    made = found[1] if found else str(uuid.uuid4())
    given = {"csrf_token": visitor.token, "file_id": made} | ({"file": file} if file else {})
    return visitor.client.post(address, data=given, content_type="multipart/form-data")


def test_an_annex_is_hashed_with_the_agreement_and_kept_with_it(
    app: Any, world: Any, enter: Any, begun: None, superuser: sa.Connection
) -> None:
    helene, address = enter("helene"), world.url("solo", f"{RULES}/annexes")
    assert upload(helene, address).status_code == 422
    import io

    assert upload(helene, address, (io.BytesIO(b"MZ\x90\x00"), "contrat.pdf")).status_code == 422
    assert upload(helene, address, pdf()).status_code == 303
    sent = superuser.execute(
        sa.text("select id, encode(sha256, 'hex') as sha from file where purpose = 'annex'")
    ).one()
    with app.app_context():
        made = rows.proposed(world)
    kept = superuser.scalar(
        sa.text("select convert_from(canonical, 'UTF8')::jsonb->'annexes' from agreement_version")
    )
    assert kept == [{"file": str(sent.id), "name": "contrat-cadre.pdf", "sha256": sent.sha}]
    assert sent.sha in text_of(enter("marc").get(page_of(world, made)))
    assert upload(helene, address, pdf("autre")).status_code in (409, 422), (
        "out for signature, nothing is added"
    )
    helene.get(world.url("solo", RULES))
    assert helene.post(world.url("solo", f"{RULES}/annexes/{sent.id}/removal")).status_code == 409


def test_an_agreement_signed_on_paper_is_confirmed_by_mentor_and_mentee(
    app: Any, world: Any, enter: Any, mailbox: Mailbox, superuser: sa.Connection
) -> None:
    with app.app_context():
        rows.begun(world)
        rows.cell(world, rows.Kind.CONTEXT, rows.Role.HR, rows.Cell.NONE)
    helene, address = enter("helene"), world.url("solo", "/agreement/paper")
    assert upload(helene, address).status_code == 422
    assert upload(helene, address, pdf()).status_code == 303
    made = superuser.scalar(sa.text("select id from agreement_version where kind = 'paper'"))
    assert "Votre signature n’est pas attendue" in text_of(signing_refused(enter("marc"), world, made))
    for who in ("helene", "ines"):
        visitor = enter(who)
        assert "J’ai signé sur papier l’accord joint" in text_of(visitor.get(page_of(world, made)))
        assert sign(visitor, world, made, mailbox).status_code == 303
    assert superuser.scalar(sa.text("select max(version) from rule")) == 1
    hr = "select count(*) from matrix_cell c join mission m on m.rule_id = c.rule_id where kind = 'context' and role = 'hr' and m.id = :m"
    assert superuser.scalar(sa.text(hr), {"m": world.missions["solo"].id}) == 0


def signing_refused(visitor: Browser, world: Any, version: uuid.UUID) -> Any:
    visitor.get(page_of(world, version))
    address = page_of(world, version) + "/refusal"
    visitor.get(address)
    return visitor.post(address)


def test_a_passkey_shown_for_this_text_signs_it(
    world: Any, enter: Any, out: uuid.UUID, superuser: sa.Connection
) -> None:
    ines, key = enter("ines"), Authenticator()
    ines.get("/profile")
    made = ines.json("/profile/passkeys/options", {}).get_json()
    assert (
        ines.json("/profile/passkeys", {"credential": key.create(made), "name": "Téléphone"}).status_code
        == 200
    )
    read, keep = hash_of(ines, world, out), f"{signature(world, out)}/passkey"

    def shown() -> Any:
        options = ines.json("/sign-in/passkey/options", {}).get_json()
        return ines.json(keep, {"credential": key.get(options), "next": "/"})

    assert shown().status_code == 409, "nothing was ticked"
    assert ines.post(signature(world, out), hash=read, ticked="y").status_code == 303
    assert superuser.scalar(sa.text("select count(*) from sign_in_request")) == 0, (
        "who has a key is sent no code"
    )
    assert "Signer avec ma clé d’accès" in text_of(ines.get(page_of(world, out)))
    other = enter("marc")
    other.get(page_of(world, out))
    options = other.json("/sign-in/passkey/options", {}).get_json()
    assert other.json(keep, {"credential": key.get(options)}).status_code in (409, 422), (
        "another's key, unasked"
    )
    assert shown().status_code == 200
    assert superuser.execute(sa.text("select means, hash from agreement_answer")).one() == ("passkey", read)
