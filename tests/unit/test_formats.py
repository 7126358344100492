from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from flask import g
from gallery import application
from markupsafe import Markup

from webapp import formats, words

NB, THIN = "\u00a0", "\u202f"
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(formats, "now", lambda: datetime(2026, 11, 24, 12, tzinfo=UTC))


@pytest.fixture
def english():
    app = application()
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        yield


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2027, 1, 29), f"29{NB}janvier 2027"),
        (date(2026, 12, 1), f"1er{NB}décembre 2026"),
        (datetime(2026, 11, 30, 23, 30, tzinfo=UTC), f"1er{NB}décembre 2026"),  # in Paris
    ],
)
def test_a_day_holds_together(value, expected):
    assert formats.day(value) == expected


def test_a_day_of_this_year_drops_its_year():
    assert formats.short_day(date(2026, 10, 16)) == f"16{NB}octobre"
    assert formats.short_day(date(2027, 3, 19)) == f"19{NB}mars 2027"
    assert formats.weekday(date(2026, 12, 3)) == f"jeudi 3{NB}décembre"


@pytest.mark.parametrize(
    ("value", "expected"), [(time(9), f"9{NB}h"), (time(9, 5), f"9{NB}h{NB}05"), (time(0), f"0{NB}h")]
)
def test_an_hour(value, expected):
    assert formats.clock(value) == expected


@pytest.mark.parametrize(
    ("ago", "since", "on"),
    [
        (0, "depuis aujourd’hui", "aujourd’hui"),
        (1, "depuis hier", "hier"),
        (3, f"depuis 3{NB}jours", f"le 21{NB}novembre"),
    ],
)
def test_relative_words_are_for_today_and_yesterday_only(ago, since, on):
    assert formats.since(TODAY - timedelta(days=ago)) == since
    assert formats.on_day(TODAY - timedelta(days=ago)) == on


def test_a_moment():
    assert formats.on_moment(datetime(2026, 11, 23, 17, 40, tzinfo=UTC)) == f"hier à 18{NB}h{NB}40"
    assert formats.moment(datetime(2026, 11, 20, 8, 2, tzinfo=UTC)) == f"20{NB}novembre à 9{NB}h{NB}02"


@pytest.mark.parametrize(
    "typed",
    ["29/01/2027", "29-1-2027", "29.01.27", " 29 / 1 / 2027 ", "2027-01-29", "29 janvier 2027", "29 JANV. 2027",
     f"29{NB}janvier{NB}2027", "29 January 2027", "29th january 2027"],
)  # fmt: skip
def test_a_typed_day_is_read(typed):
    assert formats.parse_day(typed) == date(2027, 1, 29)


@pytest.mark.parametrize(
    "typed", ["", "demain", "31/02/2027", "29/13/2027", "1/2", "2027", "3 ju 2027", "٢٩/٠١/٢٠٢٧x"]
)
def test_what_is_no_day_is_told_with_what_was_typed(typed):
    with pytest.raises(formats.Unreadable) as told:
        formats.parse_day(typed)
    assert told.value.typed == typed


def test_accents_and_the_first_of_a_month():
    assert formats.parse_day("1er août 2027") == date(2027, 8, 1)
    assert formats.parse_day("1 fev 2027") == date(2027, 2, 1)
    assert formats.typed_day(date(2027, 8, 1)) == "01/08/2027"
    assert formats.typed_day(None) == ""


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(450, f"7{NB}h{NB}30"), (1440, f"24{NB}h"), (65, f"1{NB}h{NB}05"), (45, f"45{NB}min"), (0, f"0{NB}h")],
)
def test_a_duration_and_back(minutes, expected):
    assert formats.duration(minutes) == expected
    assert formats.parse_duration(expected) == minutes
    assert formats.parse_duration(formats.typed_duration(minutes)) == minutes


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("1 h 30", 90), ("1h30", 90), ("1:30", 90), ("1,5", 90), ("1.5", 90), ("20", 1200), ("20 h", 1200), ("90 min", 90),
     ("1 h 5", 65), ("1 h 30 min", 90), ("2 heures", 120), ("0,25", 15)],
)  # fmt: skip
def test_hours_are_read_as_one_writes_them(typed, minutes):
    assert formats.parse_duration(typed) == minutes


@pytest.mark.parametrize("typed", ["", "vingt", "1:60", "-2", "1 h 75", "1,5,5", "h", "99999999"])
def test_what_is_no_number_of_hours_is_refused(typed):
    with pytest.raises(formats.Unreadable):
        formats.parse_duration(typed)


def test_hours_of_hours():
    assert formats.duration_of(450, 1440) == f"7{NB}h{NB}30 sur 24{NB}h"


def test_money():
    assert formats.money(125_050) == f"1{THIN}250,50{NB}€"
    assert formats.money(0) == f"0,00{NB}€"
    for typed in ("1 250,50 €", "1250,5", "1250.50", f"1{THIN}250,50{NB}€", "€1,250.50", "1 250,50 euros"):
        assert formats.parse_money(typed) == 125_050
    for typed in ("", "mille", "1,2,3", "-5"):
        with pytest.raises(formats.Unreadable):
            formats.parse_money(typed)


def test_numbers():
    assert formats.number(Decimal("1234.50")) == f"1{THIN}234,5"
    assert formats.number(9) == "9"
    assert formats.parse_number(f"1{THIN}234,5") == Decimal("1234.5")
    assert formats.parse_number("−3") == -3
    for typed in ("", "neuf", "1e5", "NaN", "1/2"):
        with pytest.raises(formats.Unreadable):
            formats.parse_number(typed)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("", 9, 10), "9 sur 10"),
        (("", Decimal("8.0000"), None, "most"), "8 au plus"),
        (("décisions du lundi", 9, 10, "least"), "9 sur 10 au moins, décisions du lundi"),
        (("Le planning paraît le jeudi", None), "Le planning paraît le jeudi"),
        ((None, None), ""),
    ],
)
def test_a_measure_is_words(given, expected):
    assert formats.measure(*given) == expected


def test_the_reader_comes_last_and_is_never_omitted():
    assert formats.names(["Inès", "Hélène"], you=True) == "Inès, Hélène et vous"
    assert formats.names(["Marc"]) == "Marc"
    assert formats.names([], you=True) == "vous"
    assert formats.readers_words(["a", "b", "c"], you=True, group="Tous") == "Tous"


def test_elision():
    assert [formats.of_name(n) for n in ("Inès", "Marc", "Hélène", "Élodie", "Yann", "Yves")] == [
        "d’Inès", "de Marc", "d’Hélène", "d’Élodie", "de Yann", "d’Yves",
    ]  # fmt: skip
    assert formats.that_name("Inès") == "qu’Inès"
    assert formats.initials_of("Samira Delvaux-Brey") == "SD"


def test_roles_have_the_form_that_was_chosen():
    assert words.role("mentee") == "mentoré·e"
    assert words.role("mentee", "feminine") == "mentorée"
    assert words.roles(["sponsor", "manager"]) == "direction et manager direct"


@pytest.mark.parametrize(
    ("form", "said"),
    [("feminine", "Vous êtes attendue, invitées"), ("masculine", "Vous êtes attendu, invités"),
     (None, "Vous êtes attendu·e, invité·es")],
)  # fmt: skip
def test_words_agree_with_whom_they_name(form, said):
    assert formats.agreed("Vous êtes attendu·e, invité·es", form) == said
    assert formats.agreed(Markup("<b>seul·e</b>"), form).__html__().startswith("<b>seul")
    assert formats.agreed("You are signed in", form) == "You are signed in"
    assert words.party_of("owner") == "firm"


def test_sizes():
    assert formats.size(240_000) == f"240{NB}ko"
    assert formats.size(1_240_000) == f"1,2{NB}Mo"


def test_an_english_reader_gets_british_forms(english):
    assert formats.language() == "en"
    assert formats.day(date(2027, 1, 29)) == f"29{NB}January 2027"
    assert formats.clock(time(9, 5)) == "9:05"
    assert formats.money(125_050) == "€1,250.50"
    assert formats.of_name("Inès") == "of Inès"


def test_the_person_s_choice_wins_over_the_browser():
    app = application()
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        g.language = "fr"
        assert formats.language() == "fr"


def test_one_may_speak_for_somebody_else():
    with application().app_context(), formats.speaking("en"):
        assert formats.clock(time(14)) == "14:00"
