"""Dates, hours, money, numbers, names and glossary words, as the reader's language writes them.

The only place that does so. In French a number and its unit, « 29 janvier », « 9 h 05 » hold together by U+00A0,
thousands by U+202F; an English reader gets the British forms. Outside a request the language is French, or the one
that ``speaking("en")`` sets (mails, jobs).
Units: durations in minutes, money in cents, times aware and in UTC, shown in the reader's time zone.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from babel import support
from babel.numbers import format_currency, format_decimal
from flask import Flask, g, has_app_context, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, get_timezone, gettext, ngettext

from webapp import words

LANGUAGES = ("fr", "en")
ZONE = "Europe/Paris"
TRANSLATIONS = Path(__file__).parent / "translations"

NB = " "  # U+00A0
THIN = " "  # U+202F

_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}
_WEEKDAYS = {
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche".split(),
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
}


class Unreadable(ValueError):
    """What was typed is not a date, a number of hours, an amount. ``typed`` is what the person wrote."""

    def __init__(self, typed: str) -> None:
        super().__init__(typed)
        self.typed = typed


# -- language and time zone ------------------------------------------------------------------------------------


def language() -> str:
    """The reader's language: "fr" or "en"."""
    if not has_app_context():
        return "fr"
    # where get_locale keeps it, and finds it four times as slowly: a page asks some hundred times
    locale = getattr(g.get("_flask_babel"), "babel_locale", None) or get_locale()
    return locale.language if locale and locale.language in LANGUAGES else "fr"


@contextmanager
def speaking(code: str | None) -> Iterator[None]:
    """Write for somebody else: a mail, a calendar, a job. Needs an application context."""
    with force_locale(code if code in LANGUAGES else "fr"):
        yield


def _asked_language() -> str:
    """The person's own choice (the door sets ``g.language``), else what the browser prefers."""
    chosen = g.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    if has_request_context():
        return request.accept_languages.best_match(LANGUAGES, "fr") or "fr"
    return "fr"


def _asked_zone() -> str:
    return str(g.get("zone") or ZONE)


def local(moment: datetime) -> datetime:
    """An instant, on the reader's clock."""
    zone = get_timezone() if has_app_context() else None
    if zone is None:
        from zoneinfo import ZoneInfo

        zone = ZoneInfo(ZONE)
    return moment.astimezone(zone)


def now() -> datetime:
    """The present instant: the seam of time on this side of the house."""
    return datetime.now(UTC)


def today() -> date:
    """The present day on the reader's clock."""
    return local(now()).date()


# -- days and hours --------------------------------------------------------------------------------------------


def day(value: date, *, year: bool = True) -> str:
    """« 29 janvier 2027 », « 1er mars 2027 »; an instant is first set on the reader's clock."""
    value = _day_of(value)
    code = language()
    number = "1er" if code == "fr" and value.day == 1 else str(value.day)
    short = f"{number}{NB}{_MONTHS[code][value.month - 1]}"
    return f"{short} {value.year}" if year else short


def short_day(value: date) -> str:
    """As :func:`day`, without the year when it is the present one."""
    return day(value, year=_day_of(value).year != today().year)


def weekday(value: date, *, year: bool = False) -> str:
    """« jeudi 3 décembre »."""
    return f"{_WEEKDAYS[language()][_day_of(value).weekday()]} {day(value, year=year)}"


def clock(value: time | datetime) -> str:
    """« 9 h », « 9 h 05 »; English « 9:05 »."""
    if isinstance(value, datetime):
        value = local(value).time()
    if language() == "en":
        return f"{value.hour}:{value.minute:02}"
    return f"{value.hour}{NB}h" + (f"{NB}{value.minute:02}" if value.minute else "")


def moment(value: datetime) -> str:
    """« aujourd’hui à 9 h », « hier à 18 h 40 », « 23 novembre à 16 h 12 »."""
    return gettext("%(day)s à %(hour)s", day=near_day(value), hour=clock(value))


def near_day(value: date) -> str:
    """« aujourd’hui », « hier », else the day: no other relative words."""
    ago = (today() - _day_of(value)).days
    if ago == 0:
        return gettext("aujourd’hui")
    return gettext("hier") if ago == 1 else short_day(value)


def on_day(value: date) -> str:
    """« aujourd’hui », « hier », « le 23 novembre »: after a verb."""
    near = near_day(value)
    ago = (today() - _day_of(value)).days
    return near if ago in (0, 1) else gettext("le %(day)s", day=near)


def on_moment(value: datetime) -> str:
    """« hier à 18 h 40 », « le 23 novembre à 16 h 12 »: after a verb."""
    return gettext("%(day)s à %(hour)s", day=on_day(value), hour=clock(value))


def since(value: date) -> str:
    """« depuis aujourd’hui », « depuis hier », « depuis 3 jours »: the age of a wait."""
    days = max((today() - _day_of(value)).days, 0)
    if days == 0:
        return gettext("depuis aujourd’hui")
    if days == 1:
        return gettext("depuis hier")
    return ngettext("depuis %(num)d jour", "depuis %(num)d jours", days)


def days(count: int) -> str:
    """« 0 jour », « 4 jours »."""
    return ngettext("%(num)d jour", "%(num)d jours", count)


def between(start: datetime, end: datetime) -> str:
    """« jeudi 3 décembre, 9 h – 10 h 30 »: an appointment of one day."""
    return f"{weekday(start)}, {clock(start)} – {clock(end)}"


def iso(value: date) -> str:
    """What stands in ``datetime=""``."""
    return value.isoformat()


def typed_day(value: date | None) -> str:
    """« 29/01/2027 »: what a date field shows."""
    return f"{value.day:02}/{value.month:02}/{value.year}" if value else ""


def parse_day(typed: str) -> date:
    """Read 29/01/2027, 29-1-27, 29 janvier 2027, 1er mars 2027, 29 January 2027 or 2027-01-29."""
    text = _plain(typed)
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
        return _date(typed, *found.groups())
    if found := re.fullmatch(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4}|\d{2})", text):
        return _date(typed, found[3], found[2], found[1])
    if found := re.fullmatch(r"(\d{1,2})(?:er|st|nd|rd|th)?\s+([a-z]+)\.?\s+(\d{4}|\d{2})", text):
        return _date(typed, found[3], _month_number(typed, found[2]), found[1])
    raise Unreadable(typed)


def _date(typed: str, year: str, month: str | int, number: str) -> date:
    whole = int(year) + (2000 if len(year) == 2 else 0)  # noqa: PLR2004 - two figures, as one writes them
    try:
        return date(whole, int(month), int(number))
    except ValueError:
        raise Unreadable(typed) from None


def _month_number(typed: str, name: str) -> int:
    for months in _MONTHS.values():
        for number, month in enumerate(months, 1):
            if len(name) > 2 and _plain(month).startswith(name):  # noqa: PLR2004 - "ju" could be two months
                return number
    raise Unreadable(typed)


def _day_of(value: date) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def _plain(text: str) -> str:
    """Small letters without accents, single ordinary spaces: typed text, made comparable."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())


# -- durations, money, numbers ---------------------------------------------------------------------------------


def duration(minutes: int) -> str:
    """« 7 h 30 », « 24 h », « 45 min », « 0 h »."""
    hours, rest = divmod(minutes, 60)
    if not hours and rest:
        return f"{rest}{NB}min"
    return f"{hours}{NB}h" + (f"{NB}{rest:02}" if rest else "")


def duration_of(minutes: int, whole: int) -> str:
    """« 7 h 30 sur 24 h »."""
    return gettext("%(part)s sur %(whole)s", part=duration(minutes), whole=duration(whole))


def typed_duration(minutes: int | None) -> str:
    """« 1 h 30 »: what a field shows, with ordinary spaces."""
    return "" if minutes is None else duration(minutes).replace(NB, " ")


def parse_duration(typed: str) -> int:
    """Minutes from « 1 h 30 », « 1h30 », « 1:30 », « 1,5 », « 45 min », « 20 » (hours)."""
    text = _plain(typed)
    if found := re.fullmatch(
        r"(\d{1,4})\s*(?:h|heures?|hours?)\s*(?:([0-5]?\d)\s*(?:m|min|minutes?)?)?", text
    ):
        return int(found[1]) * 60 + int(found[2] or 0)
    if found := re.fullmatch(r"(\d{1,4}):([0-5]\d)", text):
        return int(found[1]) * 60 + int(found[2])
    if found := re.fullmatch(r"(\d{1,5})\s*(?:m|min|minutes?)", text):
        return int(found[1])
    if found := re.fullmatch(r"(\d{1,4}(?:[.,]\d{1,2})?)\s*(?:h|heures?|hours?)?", text):
        exact = Decimal(found[1].replace(",", ".")) * 60
        return int(exact.to_integral_value())
    raise Unreadable(typed)


def money(cents: int, currency: str = "EUR") -> str:
    """« 1 250,50 € »; English « €1,250.50 »."""
    return format_currency(Decimal(cents) / 100, currency, locale=_locale())


def parse_money(typed: str) -> int:
    """Cents from « 1 250,50 € », « 1250.5 », « €1,250.50 »."""
    text = re.sub(r"[\s€]|eur(os?)?$", "", _plain(typed))
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d{1,2})?", text):
        text = text.replace(",", "")
    if not re.fullmatch(r"\d{1,9}([.,]\d{1,2})?", text):
        raise Unreadable(typed)
    return int(Decimal(text.replace(",", ".")) * 100)


def number(value: Decimal | float) -> str:
    """« 1 234,5 »; no trailing zeros."""
    exact = Decimal(str(value))
    return format_decimal(exact, format="#,##0.######", locale=_locale())


def parse_number(typed: str) -> Decimal:
    """« 1 234,5 », « -3 », « 12.25 »."""
    text = re.sub(r"\s", "", _plain(typed)).replace(",", ".").replace("−", "-")
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", text):
        raise Unreadable(typed)
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Unreadable(typed) from None


def size(octets: int) -> str:
    """« 240 ko », « 1,2 Mo »."""
    kilo = max(round(octets / 1000), 1)
    if kilo < 1000:  # noqa: PLR2004 - the next unit
        return f"{number(kilo)}{NB}{gettext('ko')}"
    return f"{number(round(octets / 1_000_000, 1))}{NB}{gettext('Mo')}"


def _locale() -> str:
    return "en_GB" if language() == "en" else "fr_FR"


# -- measures --------------------------------------------------------------------------------------------------


def measure(
    text: str | None,
    value: Decimal | float | None = None,
    out_of: Decimal | float | None = None,
    sense: str | None = None,
) -> str:
    """A measure in words: « 9 sur 10 », « 8 au plus », « 9 sur 10 au moins, décisions du lundi », or its text alone.

    ``sense``, of a target only: "least" or "most".
    """
    if value is None:
        return text or ""
    shown = number(value)
    if out_of is not None:
        shown = gettext("%(part)s sur %(whole)s", part=shown, whole=number(out_of))
    if sense == "least":
        shown = gettext("%(value)s au moins", value=shown)
    elif sense == "most":
        shown = gettext("%(value)s au plus", value=shown)
    return f"{shown}, {text}" if text else shown


# -- names -----------------------------------------------------------------------------------------------------


def names(people: Iterable[str], *, you: bool = False) -> str:
    """« Inès », « Inès et Marc », « Inès, Hélène et vous »: the reader always last, never omitted."""
    whole = [*people, gettext("vous")] if you else [*people]
    if len(whole) < 2:  # noqa: PLR2004 - a list of one has no conjunction
        return "".join(whole)
    return gettext("%(names)s et %(last)s", names=", ".join(whole[:-1]), last=whole[-1])


def of_name(name: str) -> str:
    """« d’Inès », « de Marc »; English « of Marc »."""
    if language() == "en":
        return f"of {name}"
    return f"d’{name}" if _starts_mute(name) else f"de {name}"


def that_name(name: str) -> str:
    """« qu’Inès », « que Marc »; English the bare name."""
    if language() == "en":
        return name
    return f"qu’{name}" if _starts_mute(name) else f"que {name}"


def initials_of(name: str) -> str:
    """« IC » from « Inès Corbelin », « SD » from « Samira Delvaux-Brey »."""
    parts = [part for part in name.split() if part[:1].isalpha()]
    return (parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else "")).upper() if parts else ""


def _starts_mute(name: str) -> bool:
    """French elides before a vowel and before h, mute in nearly all first names. Y + vowel (Yann) does not."""
    start = _plain(name)[:2]
    return start[:1] in set("aeiouhœ") or (start[:1] == "y" and start[1:2] not in set("aeiou"))


def form_of_reader() -> str | None:
    """How words agree with the reader of the page: "feminine", "masculine", or None with neither."""
    here = g.get("here") if has_app_context() else None
    return here.form if here is not None else None


def agreed(said: str, form: str | None) -> str:
    """« connecté·e » as the person it speaks of chose: « connectée », « connecté »; untouched where they chose neither.

    For a sentence that names one person alone in this way; English has nothing to agree. What is safe stays safe.
    """
    put = {"feminine": r"e\1", "masculine": r"\1"}.get(form or "")
    return said if put is None else type(said)(re.sub(r"·e(s?)\b", put, said))


def to_you(said: str) -> str:
    """:func:`agreed` with the reader of the page: « Vous êtes connecté·e »."""
    return agreed(said, form_of_reader())


def only_you() -> str:
    """« Vous seule », « Vous seul », « Vous seul·e »: the audience of a draft."""
    return to_you(gettext("Vous seul·e"))


def readers_words(others: Sequence[str], *, you: bool, group: str) -> str:
    """Up to three readers by first name, the reader of the page as « vous »; beyond, the group's name."""
    total = len(others) + you
    return names(others, you=you) if total <= 3 else group  # noqa: PLR2004 - design.md, section 4


# -- glue ------------------------------------------------------------------------------------------------------

FILTERS = (
    day, short_day, weekday, clock, moment, near_day, on_day, on_moment, since, days, between, iso, typed_day,
    duration, duration_of, typed_duration, money, number, size, measure, names, of_name, that_name, agreed, to_you,
)  # fmt: skip


def register(app: Flask) -> None:
    """Give templates the functions above as filters (few globals: a forgotten value must not find one), and Babel."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(TRANSLATIONS))
    Babel(
        app,
        default_locale="fr",
        default_timezone=ZONE,
        locale_selector=_asked_language,
        timezone_selector=_asked_zone,
    )
    for function in FILTERS:
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.globals.update(
        reader_language=language,
        today=today,
        role_words=words.role,
        party_words=words.party,
        only_you=only_you,
        timedelta=timedelta,
    )
    app.jinja_env.filters["initials"] = initials_of
    # a page says some hundred sentences: each through Flask-Babel costs more than the rest of the page
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda said: _catalogue(language()).gettext(said),
        lambda one, many, count: _catalogue(language()).ngettext(one, many, count),
        newstyle=True,
    )


@functools.cache
def _catalogue(code: str) -> support.Translations | support.NullTranslations:
    return support.Translations.load(str(TRANSLATIONS), [code])
