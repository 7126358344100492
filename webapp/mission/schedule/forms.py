"""Forms of the calendar. A day is typed 29/01/2027, an hour 9 h 30, a length 1 h 30; the place says whose clock it is."""

import re
import uuid
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from wtforms import RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length

from tenants.mission.schedule.choosing import Answer
from tenants.mission.schedule.clock import PARIS, NoSuchHour, When, when
from tenants.mission.schedule.layouts import Layout
from tenants.mission.schedule.types import LONGEST, PLACE_LIMIT, POINT_LIMIT, REASON_LIMIT, Type
from tenants.refusals import Incorrect
from webapp import formats
from webapp.forms import Form, Id, Invalid, Line, Paragraphs, Revision
from webapp.mission.objectives.forms import DayField
from webapp.mission.schedule import words

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
SLOTS = 3


def parse_hour(typed: str) -> time:
    """Read « 9 h », « 9 h 30 », « 9h30 », « 9:30 », « 14 ». Raises formats.Unreadable."""
    text = " ".join(typed.casefold().split())
    found = re.fullmatch(r"(\d{1,2})\s*(?:[h:.]\s*(\d{2})?)?\s*(?:min)?", text)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:  # noqa: PLR2004 - a day, an hour
        raise formats.Unreadable(typed)
    return time(int(found[1]), int(found[2] or 0))


def check(form: Form) -> None:
    """Raises Invalid when the form does not hold."""
    if not form.validate():
        raise Invalid(form)


class NearDay(DayField):
    """A day that a calendar of ours may hold."""

    def pre_validate(self, form: Any) -> None:
        """Read it, within a century."""
        super().pre_validate(form)
        if self.day is not None and not FIRST <= self.day <= LAST:
            raise ValidationError(_("Écrivez une année entre 2000 et 2099."))


class HourField(Line):
    """An hour as one types it, or nothing. ``hour`` is its value."""

    hour: time | None = None

    def pre_validate(self, form: Any) -> None:
        """Read it; what was typed stays."""
        self.hour = None
        if not self.data:
            return
        try:
            self.hour = parse_hour(self.data)
        except formats.Unreadable:
            raise ValidationError(
                _("« %(typed)s » n’est pas une heure. Écrivez 9 h, ou 14 h 30.", typed=self.data)
            ) from None


class LengthField(Line):
    """A length of time in hours and minutes. ``minutes`` is its value."""

    minutes: int = 0

    def pre_validate(self, form: Any) -> None:
        """Read it; what was typed stays."""
        self.minutes = 0
        if not self.data:
            return
        try:
            self.minutes = formats.parse_duration(self.data)
        except formats.Unreadable:
            raise ValidationError(
                _("« %(typed)s » n’est pas une durée. Écrivez 2 h, ou 1 h 30.", typed=self.data)
            ) from None
        if not 0 < self.minutes <= LONGEST:
            raise ValidationError(_("Une durée va de 1 minute à 12 heures."))


def _zones() -> list[Any]:
    return [SelectChoice(zone, name()) for zone, name in words.ZONES.items()]


class Placed(Form):
    """What every form with a date asks: the day, the hour, where the clock is."""

    timezone = SelectField(__("À l’heure de"), choices=[], validate_choice=False, default=PARIS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timezone.choices = _zones()
        if self.timezone.data and self.timezone.data not in words.ZONES:
            self.timezone.choices.append(
                SelectChoice(self.timezone.data, words.zone_name(self.timezone.data)[:60])
            )

    def moment(self, day: NearDay, hour: HourField) -> When | None:
        """The instant of those two fields, None for neither. Raises Invalid beside the field that is wrong."""
        if not day.data and not hour.data:
            return None
        if day.day is None:
            raise self.refuse(day.name, _("Écrivez le jour : 29/01/2027."))
        if hour.hour is None:
            raise self.refuse(hour.name, _("Écrivez l’heure : 9 h, ou 14 h 30."))
        try:
            return when(day.day, hour.hour, self.timezone.data or PARIS)
        except NoSuchHour as gap:
            raise self.refuse(hour.name, words.no_such_hour(gap.values)) from None
        except Incorrect:
            raise self.refuse("timezone", _("Choisissez un lieu de la liste.")) from None


def _place() -> Line:
    return Line(
        __("Lieu, ou adresse de la visio"),
        validators=[Length(max=PLACE_LIMIT, message=__("%(max)d caractères au plus."))],
    )


def _reason() -> Paragraphs:
    return Paragraphs(
        __("Motif"),
        description=__("Facultatif. Les trois parties le lisent ; personne d’autre."),
        validators=[Length(max=REASON_LIMIT, message=__("%(max)d caractères au plus."))],
    )


WAYS = [SelectChoice("place", __("Sur place")), SelectChoice("video", __("En visio"))]


class DateForm(Placed):
    """A date, a length and a place for a session that exists; without a date, the week aimed at."""

    revision = Revision()
    on = NearDay(__("Jour"))
    hour = HourField(__("Heure"), description=__("Exemple : 9 h, ou 14 h 30"))
    length = LengthField(
        __("Durée"),
        description=__("Exemple : 2 h, ou 1 h 30"),
        validators=[InputRequired(__("Écrivez la durée : 2 h, ou 1 h 30."))],
    )
    way = RadioField(__("Comment"), choices=WAYS, default="place", validators=[InputRequired()])
    place = _place()
    reason = _reason()


class SessionForm(DateForm):
    """A session to come. Its id is made with the form."""

    offered: frozenset[str] | set[str] = frozenset()
    session_id = Id()
    strand = Id()
    type = RadioField(__("Quel rendez-vous"), choices=[], validate_choice=False, default=Type.PAIR.value)
    length = LengthField(__("Durée"), description=__("Exemple : 2 h, ou 1 h 30. Vide : la durée habituelle."))
    week = NearDay(
        __("Semaine visée"), description=__("Un jour de cette semaine, tant que la date n’est pas fixée.")
    )

    def offer(self, *, group: bool, gathers: bool) -> "SessionForm":
        """The types that may be planned here."""
        offered = [t for t in Type if t is not Type.COLLECTIVE or (group and gathers)]
        self.offered = {t.value for t in offered}
        self.type.choices = [SelectChoice(t.value, words.TYPES[t]()) for t in offered]
        return self

    def chosen(self) -> Type:
        """The type. Raises Invalid for another word."""
        if self.type.data not in self.offered:
            raise self.refuse("type", _("Choisissez un rendez-vous de la liste."))
        return Type(self.type.data)


class SlotsForm(Placed):
    """Three moments, or fewer. The question's id is made with the form."""

    poll_id = Id()
    on_1 = NearDay(__("Premier créneau : jour"))
    hour_1 = HourField(__("Heure"))
    on_2 = NearDay(__("Deuxième créneau : jour"))
    hour_2 = HourField(__("Heure"))
    on_3 = NearDay(__("Troisième créneau : jour"))
    hour_3 = HourField(__("Heure"))

    def pairs(self) -> list[tuple[NearDay, HourField]]:
        """Day and hour, by slot."""
        return [(self[f"on_{n}"], self[f"hour_{n}"]) for n in range(1, SLOTS + 1)]

    def moments(self) -> list[When]:
        """Those that were typed, one at least. Raises Invalid."""
        found = [m for m in (self.moment(day, hour) for day, hour in self.pairs()) if m is not None]
        if not found:
            raise self.refuse("on_1", _("Proposez au moins un créneau."))
        return found


class AnswerForm(Placed):
    """What one says of each slot (``slot-<id>``), and perhaps one of one’s own."""

    own_on = NearDay(__("Jour"))
    own_hour = HourField(__("Heure"))

    def answers(self, posted: Mapping[str, str]) -> dict[uuid.UUID, Answer]:
        """By slot; whatever is not an answer to a slot is left out."""
        found = {}
        for name, value in posted.items():
            if name.startswith("slot-") and value in set(Answer):
                try:
                    found[uuid.UUID(name.removeprefix("slot-"))] = Answer(value)
                except ValueError:
                    continue
        return found


class FixForm(Form):
    """Which slot is kept; none: the first that suits all."""

    slot = Id()


class CancelForm(Form):
    """Why, if one wishes to say."""

    reason = _reason()


class PointForm(Form):
    """A point of the agenda, kept once however often it is sent."""

    item_id = Id()
    text = Line(
        __("Un point à ajouter"),
        validators=[
            DataRequired(__("Écrivez le point avant de l’ajouter.")),
            Length(max=POINT_LIMIT, message=__("%(max)d caractères au plus.")),
        ],
    )


class ItemForm(Form):
    """What is done to a point."""

    item = Id()
    act = SelectField(
        choices=[SelectChoice(a, a) for a in ("done", "undone", "up", "down", "remove")], default="done"
    )


class ActionForm(Form):
    """A point that becomes an action of the roadmap, once however often it is sent."""

    item = Id()
    action_id = Id()
    strategy = Id()


class LayoutForm(Form):
    """Which way the mission is laid out; the act's id is made with the preview."""

    layout_id = Id()
    layout = SelectField(
        choices=[SelectChoice(x.value, x.value) for x in Layout], default=Layout.TAKING_POST.value
    )
    steps = Line(validators=[Length(max=64)])  # the hash of the preview that was read


class ApproveForm(Form):
    """The exact texts that were read."""

    texts = Line(validators=[InputRequired(), Length(min=64, max=64)])
