"""What opening a company, correcting a contact and opening a mission ask: one page each."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import FieldList, FormField, RadioField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput

from tenants.company.models import Contact
from tenants.db import new_id
from tenants.people.addresses import normal
from tenants.policy import COMPANY_ROLES, Role
from webapp import words
from webapp.auth.forms import AddressField, address_shape
from webapp.company.fields import DayField, HoursField, Name, NewId, PersonFields, options, short, written
from webapp.forms import Form, Revision

MOST = 40
NOBODY = "none"


class Rows(Form):
    """A form with lines that can be added and taken away, without a script too.

    ``changed``: which of both was just done, '' for neither; the page puts the focus there.
    """

    changed = ""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        seen: set[uuid.UUID] = set()
        for entry in self.lines().entries:  # an id that comes twice is no fault of whoever types
            if entry.form.id.data in seen:
                entry.form.id.data = new_id()
            seen.add(entry.form.id.data)

    def lines(self) -> Any:
        """The lines."""
        raise NotImplementedError

    def change_lines(self, asked: Any) -> bool:
        """Whether adding (``add``) or taking away (``remove``: its place) is what was asked; then it is done."""
        rows = self.lines()
        if "add" in asked and len(rows.entries) < MOST:
            rows.append_entry()
            self.changed = "add"
        elif asked.get("remove", "").isdecimal() and int(asked["remove"]) < len(rows.entries):
            rows.entries.pop(int(asked["remove"]))
            self.changed = "remove"
        return "add" in asked or "remove" in asked


class CompanyForm(Rows):
    """A company and, if one likes, whom one knows there already."""

    id = NewId()
    name = Name(_("Nom de l’entreprise"), [written(_("Écrivez le nom de l’entreprise.")), short()])
    people = FieldList(FormField(PersonFields), min_entries=1, max_entries=MOST)

    def lines(self) -> Any:
        """Its contacts."""
        return self.people


class ContactForm(Form):
    """How somebody is known in a company."""

    revision = Revision()
    given_name = Name(_("Prénom"), [written(_("Écrivez le prénom.")), short()])
    family_name = Name(_("Nom"), [written(_("Écrivez le nom.")), short()])
    title = Name(_("Fonction"), [short()])
    email = AddressField(_("Adresse e-mail professionnelle"), [address_shape])


class RoleFields(PersonFields):
    """Somebody of a mission: a contact of the company or a new one, and what they are there."""

    contact = SelectField(_("Qui est-ce ?"), validate_choice=True, default="")
    roles = SelectMultipleField(
        _("Rôles dans la mission"), validate_choice=True, option_widget=CheckboxInput()
    )
    manager = SelectField(_("Son manager direct"), validate_choice=False, default="")

    def offer(self, contacts: Sequence[Contact]) -> None:
        """Whom one may choose, and the roles."""
        self.contact.choices = options(
            [("", gettext("Une nouvelle personne")), *((str(c.id), _known(c)) for c in contacts)]
        )
        self.roles.choices = options((r.value, words.role(r)) for r in COMPANY_ROLES)

    @property
    def blank(self) -> bool:
        """Whether nobody is meant."""
        return not self.contact.data and super().blank

    @property
    def chosen(self) -> str:
        """The name of the one meant."""
        choices: Any = self.contact.choices
        known = {c.value: str(c.label) for c in choices}
        return known.get(self.contact.data, "") if self.contact.data else self.shown_name

    def held(self) -> frozenset[Role]:
        """The roles ticked."""
        return frozenset(Role(r) for r in self.roles.data or [] if r in COMPANY_ROLES)

    def validate(self, extra_validators: Any = None) -> bool:
        """Of a known contact the names are not asked again."""
        if self.blank:
            return True
        if self.contact.data:
            good = self.contact.validate(self) and self.roles.validate(self)
        else:
            good = super().validate(extra_validators)
        if not self.held():
            self.roles.errors = [gettext("Cochez au moins un rôle.")]
            return False
        if Role.MENTEE in self.held() and len(self.held()) > 1:
            self.roles.errors = [gettext("La personne accompagnée n’a pas d’autre rôle dans sa mission.")]
            return False
        return bool(good)


class PeopleForm(Rows):
    """People with their roles."""

    people = FieldList(FormField(RoleFields), max_entries=MOST)

    def lines(self) -> Any:
        """Its people."""
        return self.people

    def __init__(self, *args: Any, contacts: Sequence[Contact], **given: Any) -> None:
        super().__init__(*args, **given)
        self.contacts = contacts
        self.offer()

    def offer(self) -> None:
        """Let each line choose among the contacts, and each mentee of a group among the managers."""
        for row in self.rows:
            row.offer(self.contacts)
        managers = [
            (str(r.id.data), r.chosen or gettext("la personne cochée manager"))
            for r in self.holding(Role.MANAGER)
        ]
        for row in self.rows:
            row.manager.choices = options(
                [("", gettext("Choisir")), *managers, (NOBODY, gettext("Pas de manager direct"))]
            )

    def change_lines(self, asked: Any) -> bool:
        """As for all, then the new line is offered its choices."""
        changed = super().change_lines(asked)
        self.offer()
        return changed

    @property
    def rows(self) -> list[RoleFields]:
        """The lines' own forms."""
        return [entry.form for entry in self.people.entries]

    @property
    def present(self) -> list[RoleFields]:
        """Those that mean somebody."""
        return [r for r in self.rows if not r.blank]

    def holding(self, role: Role) -> list[RoleFields]:
        """Those that mean somebody in that role."""
        return [r for r in self.present if role in r.held()]

    @property
    def asks_manager(self) -> bool:
        """In a group each mentee has a manager of their own."""
        return len(self.holding(Role.MENTEE)) > 1 and bool(self.holding(Role.MANAGER))

    def manager_of(self, mentee: RoleFields) -> list[RoleFields]:
        """The managers of a mentee: the one chosen, none, or all when there is nothing to choose."""
        managers = self.holding(Role.MANAGER)
        if not self.asks_manager or (not mentee.manager.data and len(managers) == 1):
            return managers
        return [m for m in managers if str(m.id.data) == mentee.manager.data]

    def validate(self, extra_validators: Any = None) -> bool:
        """Each line, then the people together."""
        good = bool(super().validate(extra_validators))
        return self._each_once() and self._managed() and good

    def _each_once(self) -> bool:
        seen: dict[str, int] = {}
        good = True
        known = {normal(c.email): str(c.id) for c in self.contacts}
        for place, row in enumerate(self.rows, 1):
            if row.blank:
                continue
            typed = normal(row.email.data or "")
            key = row.contact.data or known.get(typed, typed)
            if key in seen:
                where = row.contact if row.contact.data else row.email
                where.errors = [
                    gettext(
                        "C’est la même personne qu’à la ligne %(line)d : cochez-y tous ses rôles.",
                        line=seen[key],
                    )
                ]
                good = False
            seen.setdefault(key, place)
        return good

    def _managed(self) -> bool:
        if not self.asks_manager:
            return True
        good = True
        managers = self.holding(Role.MANAGER)
        for mentee in self.holding(Role.MENTEE):
            if mentee.manager.data != NOBODY and not self.manager_of(mentee):
                mentee.manager.errors = [gettext("Dites qui est son manager direct.")]
                good = False
        followed = {m.id.data for e in self.holding(Role.MENTEE) for m in self.manager_of(e)}
        for manager in managers if good else []:
            if manager.id.data not in followed:
                manager.roles.errors = [gettext("Aucune personne accompagnée ne l’a pour manager.")]
                good = False
        return good


class MissionForm(PeopleForm):
    """A mission: title, dates, hours, people and their roles."""

    id = NewId()
    title = Name(_("Titre de la mission"), [written(_("Écrivez un titre.")), short()])
    starts_on = DayField(_("Début"))
    ends_on = DayField(_("Fin"))
    hours = HoursField(_("Budget d’heures"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Dates in order, a budget that is one, a mentor and somebody to accompany."""
        good = super().validate(extra_validators)
        if self.starts_on.day and self.ends_on.day and self.ends_on.day < self.starts_on.day:
            self.ends_on.errors = [gettext("La fin vient avant le début.")]
            good = False
        if self.starts_on.day and not 2000 <= self.starts_on.day.year <= 2200:  # noqa: PLR2004 - a slip of the hand
            self.starts_on.errors = [gettext("Vérifiez l’année.")]
            good = False
        if self.hours.minutes is not None and not 0 < self.hours.minutes <= 100_000:  # noqa: PLR2004 - as above
            self.hours.errors = [gettext("Écrivez un nombre d’heures entre 1 et 1 600.")]
            good = False
        for role, missing in (
            (Role.MENTOR, gettext("Il faut un mentor : cochez ce rôle pour une personne.")),
            (Role.MENTEE, gettext("Il faut une personne accompagnée : cochez mentoré·e pour une personne.")),
        ):
            if not self.holding(role):
                self.form_errors.append(missing)
                good = False
        return good


class ComerForm(PeopleForm):
    """One person who comes later; ``invitation`` is the form's own id, so that a second click does nothing."""

    invitation = NewId()
    mentee = RadioField(_("De qui est-ce le manager ?"), validate_choice=True, default="")

    def __init__(self, *args: Any, mentees: Sequence[tuple[uuid.UUID, str]], **given: Any) -> None:
        super().__init__(*args, **given)
        self.mentee.choices = options(
            [("", gettext("De toutes les personnes accompagnées")), *((str(i), n) for i, n in mentees)]
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Somebody is meant."""
        good = super().validate(extra_validators)
        if not self.present:
            self.form_errors.append(gettext("Choisissez une personne, ou écrivez qui elle est."))
            return False
        return good


def faults(form: Form) -> list[tuple[str, str, str]]:
    """Every error as (id of its field, its label, its words), those of lines included; ('', '', words) for the whole."""
    found = [("", "", words_) for words_ in form.form_errors]
    for field in form:
        if isinstance(field, FieldList):
            for place, entry in enumerate(field.entries, 1):
                label = gettext("Personne %(number)d", number=place)
                found += [(f.id, f"{label}, {f.label.text}", f.errors[0]) for f in entry.form if f.errors]
        elif field.errors:
            found.append((field.id, str(field.label.text), field.errors[0]))
    return found


def _known(contact: Contact) -> str:
    said = gettext("cabinet") if contact.staff else contact.title
    return f"{contact.name}, {said}" if said else contact.name
