"""A small application with every component on one page: what test_ui.py inspects and what one looks at."""

from datetime import date
from types import SimpleNamespace as Value

from flask import Flask
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Optional

from webapp import formats
from webapp.app import TEMPLATES

HERE = __file__.rpartition("/")[0]

INES = ("mentee", "IC", "Inès Corbelin", "mentorée", False)
HELENE = ("mentor", "HT", "Hélène Tavernac", "mentor", False)
MARC = ("manager", "MO", "Marc Ostrevant", "manager direct", True)
SOLANGE = ("sponsor", "SM", "Solange Métivard", "directrice des opérations", False)
YANN = ("hr", "YK", "Yann Kermelec", "référent RH", False)
ODILE = ("firm", "OB", "Odile Brassenoy", "coordination du cabinet", False)
EVERYONE = (INES, HELENE, MARC, SOLANGE, YANN, ODILE)
RULE = "Règle de l’accord de cadrage, version 3, signée le 16 octobre."


class Sample(FlaskForm):
    title = StringField("Intitulé", validators=[DataRequired("Écrivez un intitulé.")])
    hours = StringField("Heures convenues")
    due = StringField("Échéance", validators=[Optional()])
    observer = SelectField("Observateur", choices=[SelectChoice("i", "Inès"), SelectChoice("m", "Marc")])
    notes = TextAreaField("Précision", validators=[Optional()])
    readers = RadioField(
        "Qui pourra lire ?",
        choices=[SelectChoice("pair", "Inès et vous"), SelectChoice("parties", "Les trois parties")],
    )
    known = BooleanField("Reconnaître cet appareil pendant 30 jours")


def application(**globals_: object) -> Flask:
    app = Flask("webapp.app", root_path=str(TEMPLATES.parent / "webapp"), template_folder=str(TEMPLATES))
    app.config.update(SECRET_KEY="for the gallery alone", TESTING=True)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(str(TEMPLATES)), FileSystemLoader(HERE)])
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    CSRFProtect(app)
    formats.register(app)
    app.jinja_env.globals.update({"asset": lambda name: f"/static/{name}", **globals_})
    person = Value(id="p-1", name="Marc Ostrevant", initials="MO", language="fr", theme="system")
    app.context_processor(lambda: {"current": Value(person=person, actor=None)})
    return app


def readers(audience: str, label: str, who: tuple, report: str | None = None) -> Value:
    return Value(
        audience=audience,
        label=label,
        reads={party: True for party, *_ in who},
        readers=list(who),
        rule_words=RULE,
        report_words=report,
    )


def stage(number: int, name: str, line: str = "à venir", **more: object) -> Value:
    given = {"waiting": False, "you": False, "done": False, "current": False, "url": None, "note": "", **more}
    return Value(number=number, name=name, line=line, **given)


def initial(who: tuple, assent: str, words: str) -> Value:
    party, letters, name, role, you = who
    return Value(
        party=party, initials=letters, name=name.split()[0], role=role, assent=assent, words=words, you=you
    )


def context() -> dict[str, object]:
    """Everything that the gallery shows; needs a request context, for the form."""
    form = Sample(data={"title": "", "hours": "vingt", "due": "29/01/2027", "readers": "pair"}, formdata=None)
    form.validate()
    form.hours.errors = ["« vingt » n’est pas un nombre d’heures. Écrivez 20, ou 20 h 30."]
    return {
        "stages": [
            stage(1, "Accord de cadrage", "Signé le 16 octobre", done=True, url="/1"),
            stage(2, "Contexte et objectifs", "On vous attend depuis hier", waiting=True, you=True, current=True, url="/2"),
            *(stage(n, name) for n, name in ((3, "Feuille de route"), (4, "Calendrier et heures"), (5, "Bilan"),
                                             (6, "Restitution et clôture"))),
        ],
        "mission_line": "Mission d’Inès Corbelin · Ombrelune Logistique",
        "live": True,
        "hat": Value(party="manager", words="manager d’Inès"),
        "waiting": 3,
        "readers_three": readers("parties", "Inès, Hélène et vous", EVERYONE[:3], "La direction les lira dans le bilan."),
        "badges": [
            readers("author", "Vous seul", (MARC,)),
            readers("pair", "Inès et Hélène", (INES, HELENE)),
            readers("parties", "Inès, Hélène et vous", EVERYONE[:3]),
            readers("group", "Hélène et les cinq mentorés", (INES, HELENE)),
            readers("everyone", "Tous ceux de la mission", EVERYONE[:5]),
            readers("staff", "La coordination et la gérance", (ODILE,)),
        ],
        "everyone": EVERYONE,
        "measures": [
            {"label": "Indicateur", "words": "Part des décisions qui portent un nom et une date", "iso": None, "num": False},
            {"label": "Départ", "words": "4 sur 11", "iso": None, "num": True},
            {"label": "Cible", "words": "9 sur 10 au moins", "iso": None, "num": True},
            {"label": "Échéance", "words": "29 janvier 2027", "iso": "2027-01-29", "num": False},
            {"label": "Observateur", "words": "Marc", "iso": None, "num": False},
        ],
        "points": [
            Value(on=date(2026, 10, 19), value=0.36, words="4 sur 11", when="19 octobre", by="Marc", note=""),
            Value(on=date(2026, 11, 2), value=0.6, words="6 sur 10", when="2 novembre", by="Marc", note="Semaine courte"),
            Value(on=date(2026, 11, 23), value=0.78, words="7 sur 9", when="23 novembre", by="Inès", note=""),
        ],
        "given": [initial(who, "given", "le 18 novembre") for who in EVERYONE[:3]],
        "lapsed": [
            *(initial(who, "given", "le 23 novembre") for who in EVERYONE[:2]),
            initial(MARC, "lapsed", "Votre paraphe ne vaut plus : le texte a changé"),
        ],
        "awaited_items": [initial(who, "awaited", "attendues depuis 5 jours") for who in EVERYONE[:3]],
        "pieces": [("same", "Au plus "), ("out", "aucun litige ouvert"), ("same", " "), ("in", "8 litiges ouverts"),
                   ("same", " depuis plus de cinq jours.")],
        "story": [
            Value(party="mentee", initials="IC", words="Inès a changé la cible", before="aucun litige", after="8 au plus",
                  iso="2026-11-23T16:12", when="23 novembre à 16 h 12"),
            Value(party="manager", initials="MO", words="Marc a mis ses initiales.", before=None, after=None,
                  iso="2026-11-20T08:02", when="20 novembre à 8 h 02"),
        ],
        "form": form,
        "page_url": lambda page: f"/missions?page={page}",
    }  # fmt: skip


def page(app: Flask, template: str = "gallery.html", **more: object) -> str:
    from flask import render_template

    with app.test_request_context("/acme/missions/1/objectives", method="POST"):
        return render_template(template, **{**context(), **more})
