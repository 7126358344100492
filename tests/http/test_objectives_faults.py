"""Bad input to every field of the objectives: a clear message, nothing lost, nothing leaked, no 500."""

import uuid
from typing import Any

import pytest

from tests.http.forms import post, token
from tests.http.test_objectives import PAGE, propose

FIELDS = (
    "stake", "baseline", "baseline_value", "baseline_out_of", "target", "target_value", "target_out_of",
    "target_sense", "due_on", "observer",
)  # fmt: skip
BAD = (
    "x" * 5000,
    "\x00\x01\u202e",
    "'; drop table objective; --",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "9" * 400,
    "-1e999",
    "NaN",
    "32/13/2026",
)


@pytest.fixture
def shared(world: Any, browse: Any) -> str:
    """An objective that Inès shared."""
    ines = browse("ines")
    made = propose(world, ines)
    post(ines, ines.get(world.url("solo", PAGE)), world.url("solo", f"{PAGE}/{made}/sharing"))
    return made


@pytest.mark.parametrize("field", FIELDS)
def test_no_bad_value_is_an_error_of_ours(world: Any, browse: Any, shared: str, field: str) -> None:
    marc = browse("marc")
    page = marc.get(world.url("solo", PAGE))
    for value in (*BAD, "", str(uuid.uuid4()), str(world.people["theo"].contacts["ombrelune"])):
        sent = {"revision": "9999", field: value}
        if field.endswith(("_value", "_out_of", "_sense")):
            sent |= {field.partition("_")[0]: "mots"}
        answer = post(marc, page, world.url("solo", f"{PAGE}/{shared}/fields"), **sent)
        assert answer.status_code in (303, 422), f"{field}={value[:20]!r}: {answer.status_code}"
        assert "<script>alert" not in answer.text
        if (
            answer.status_code == 422
            and value.isprintable()
            and len(value) < 500
            and "<" not in value
            and "'" not in value
        ):
            assert value in answer.text or field in ("observer", "target_sense"), f"{field} lost {value!r}"


@pytest.mark.parametrize("revision", ["", "x", "-5", "9" * 40, "1e3"])
def test_a_nonsense_revision_is_no_error_of_ours(world: Any, browse: Any, shared: str, revision: str) -> None:
    marc = browse("marc")
    page = marc.get(world.url("solo", PAGE))
    answer = post(marc, page, world.url("solo", f"{PAGE}/{shared}/fields"), revision=revision, stake="Tenir")
    assert answer.status_code in (303, 409, 422)


def test_a_stale_post_shows_both_values_and_mine_can_be_kept(world: Any, browse: Any, shared: str) -> None:
    marc, ines = browse("marc"), browse("ines")
    page = marc.get(world.url("solo", PAGE))
    url = world.url("solo", f"{PAGE}/{shared}/fields")
    post(ines, ines.get(world.url("solo", PAGE)), url, revision="9999", stake="Celui d’Inès")
    answer = post(marc, page, url, revision="1", stake="Celui de Marc")
    assert answer.status_code == 409
    assert "Celui d’Inès" in answer.text
    assert "Celui de Marc" in answer.text
    assert "Garder le mien" in answer.text


def test_a_forged_audience_company_or_role_changes_nothing(world: Any, browse: Any, superuser: Any) -> None:
    ines = browse("ines")
    made = propose(world, ines)
    page = ines.get(world.url("solo", PAGE))
    forged = {
        "audience": "everyone",
        "zone_id": str(uuid.uuid4()),
        "company_id": str(world.companies["autre"][0]),
    }
    post(ines, page, world.url("solo", f"{PAGE}/{made}/sharing"), **forged)
    readers = superuser.exec_driver_sql(
        "select z.audience from objective o join zone z on z.id = o.zone_id where o.id = %s",
        (uuid.UUID(made),),
    ).scalar_one()
    assert readers == "parties"


def test_a_double_click_does_it_once(world: Any, browse: Any, shared: str, superuser: Any) -> None:
    ines = browse("ines")
    page = ines.get(world.url("solo", PAGE))
    with_text(superuser, world, shared)
    from tests.db.test_objectives import As

    with ines.application.app_context(), As(world, "ines") as a:
        wording = a.line(uuid.UUID(shared)).content.hash
    for _ in range(2):
        assert (
            post(ines, page, world.url("solo", f"{PAGE}/{shared}/assent"), wording=wording).status_code == 303
        )
    assert superuser.exec_driver_sql("select count(*) from assent").scalar_one() == 1


def with_text(superuser: Any, world: Any, made: str) -> None:
    """A wording, as another page would have written it."""
    superuser.exec_driver_sql(
        "update document_text set text = 'Un fait que l’on voit' where root = 'wording' and document_id ="
        " (select document_id from objective where id = %s)",
        (uuid.UUID(made),),
    )


def test_initials_on_another_wording_are_refused_with_the_text(world: Any, browse: Any, shared: str) -> None:
    marc = browse("marc")
    page = marc.get(world.url("solo", PAGE))
    answer = post(marc, page, world.url("solo", f"{PAGE}/{shared}/assent"), wording="0" * 64)
    assert answer.status_code == 409
    assert "Le texte a changé pendant que vous le lisiez" in answer.text
    assert post(marc, page, world.url("solo", f"{PAGE}/{shared}/assent"), wording="").status_code == 422


def test_why_initials_were_refused_stays_when_the_line_is_read_again(
    world: Any, browse: Any, shared: str
) -> None:
    marc = browse("marc")
    fields = {"csrf_token": token(marc.get(world.url("solo", PAGE))), "wording": "0" * 64}
    answer = marc.post(
        world.url("solo", f"{PAGE}/{shared}/assent"), data=fields, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 409
    line, beside = answer.text.split('<div hx-swap-oob="innerHTML:#notices">')
    assert "Le texte a changé" in beside
    assert "Le texte a changé" not in line, "a region's own words go when it is read again"


@pytest.mark.parametrize(
    ("text", "status"), [("", 422), ("   ", 422), ("x" * 4001, 422), ("x" * 4000, 303), ("\x00", 422)]
)
def test_a_comment_has_its_limits(world: Any, browse: Any, shared: str, text: str, status: int) -> None:
    marc = browse("marc")
    page = marc.get(world.url("solo", PAGE))
    answer = post(
        marc, page, world.url("solo", f"{PAGE}/{shared}/comments"), comment_id=str(uuid.uuid4()), text=text
    )
    assert answer.status_code == status
    if status == 422 and text.strip() and text.isprintable():
        assert text in answer.text


def test_a_comment_cannot_take_anothers_id(world: Any, browse: Any, shared: str, superuser: Any) -> None:
    marc, ines = browse("marc"), browse("ines")
    page = marc.get(world.url("solo", PAGE))
    same = str(uuid.uuid4())
    post(marc, page, world.url("solo", f"{PAGE}/{shared}/comments"), comment_id=same, text="De Marc")
    post(
        ines,
        ines.get(world.url("solo", PAGE)),
        world.url("solo", f"{PAGE}/{shared}/comments"),
        comment_id=same,
        text="D’Inès",
    )
    kept = [r[0] for r in superuser.exec_driver_sql("select text from comment")]
    assert kept == ["De Marc"]


@pytest.mark.parametrize(
    "values", [{"after": "x"}, {"after": "' or 1=1"}, {"to": "sideways"}, {"before": str(uuid.uuid4())}]
)
def test_an_order_that_makes_no_sense_is_no_error_of_ours(
    world: Any, browse: Any, shared: str, values: Any
) -> None:
    marc = browse("marc")
    page = marc.get(world.url("solo", PAGE))
    assert post(marc, page, world.url("solo", f"{PAGE}/{shared}/order"), **values).status_code in (303, 422)


def test_whoever_had_the_same_fields_open_is_told_what_changed(world: Any, browse: Any, shared: str) -> None:
    marc, ines = browse("marc"), browse("ines")
    url = world.url("solo", f"{PAGE}/{shared}/fields")
    post(ines, ines.get(world.url("solo", PAGE)), url, revision="9999", due_on="29/01/2027")
    assert "Inès a changé l’échéance" in marc.get(url).text
    assert "data-changed" not in ines.get(url).text
