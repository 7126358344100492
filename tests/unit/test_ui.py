import re
from html.parser import HTMLParser

import pytest
from flask import render_template_string
from gallery import TEMPLATES, application, context, page, readers
from jinja2 import UndefinedError
from markupsafe import Markup

VOID = {
    "area",
    "br",
    "col",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "path",
    "circle",
    "rect",
    "line",
    "use",
    "polyline",
}
ATTACK = "<b onclick=alert(1)>\"'&"


class Page(HTMLParser):
    """Tags in order with their attributes; complains about tags that do not close."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.open, self.wrong, self.text = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        self.text.append(data)

    def all(self, name):
        return [attrs[name] for _, attrs in self.tags if attrs.get(name)]


@pytest.fixture(scope="module")
def app():
    return application()


@pytest.fixture(scope="module")
def gallery(app):
    return page(app)


@pytest.fixture
def render(app):
    def rendered(source, **values):
        with app.test_request_context("/"):
            return str(Markup(render_template_string(source, **values)))

    return rendered


def test_every_component_renders_as_well_formed_html(gallery):
    shown = Page(gallery)
    assert not shown.wrong
    assert not shown.open


def test_ids_are_unique_and_what_is_pointed_at_exists(gallery):
    shown = Page(gallery)
    ids = shown.all("id")
    assert sorted(ids) == sorted(set(ids))
    for name in ("for", "aria-labelledby", "aria-describedby", "popovertarget"):
        for value in shown.all(name):
            assert set(value.split()) <= set(ids), (name, value)


def test_a_page_has_one_h1_landmarks_and_a_way_past_the_top(gallery):
    tags = [tag for tag, _ in Page(gallery).tags]
    assert tags.count("h1") == tags.count("main") == 1
    assert '<a class="skip" href="#main">' in gallery
    assert '<main id="main" tabindex="-1" data-live="/live?company=ombrelune&amp;page=objectives">' in gallery


def test_nothing_inline(gallery):
    shown = Page(gallery)
    assert not shown.all("style")
    assert not [n for _, attrs in shown.tags for n in attrs if n.startswith(("on", "hx-on"))]
    assert not [
        tag for tag, attrs in shown.tags if tag == "style" or (tag == "script" and not attrs.get("src"))
    ]


def test_marks_and_icons_are_silent(gallery):
    for tag, attrs in Page(gallery).tags:
        classes = (attrs.get("class") or "").split()
        if {"mark", "icon", "reach"} & set(classes):
            assert attrs.get("aria-hidden") == "true", (tag, attrs)


def test_the_icons_used_are_in_the_sprite(gallery):
    listed = set((TEMPLATES.parent / "static" / "icons.txt").read_text().split("\n"))
    used = set(re.findall(r"icons\.svg#i-([a-z0-9-]+)", gallery))
    for file in TEMPLATES.rglob("*.html"):
        used |= set(re.findall(r'icon\("([a-z0-9-]+)"\)', file.read_text()))
    assert used <= listed


FROM = '{% from "ui/'
CALLS = (
    ("marks", "person", '{{ person("mentee", evil, evil, evil, true) }}'),
    ("audience", "audience", '{{ audience(view, "r", evil) }}'),
    ("audience", "future_readers", "{{ future_readers(view, evil) }}"),
    ("state", "state", '{{ state("awaiting", evil) }}'),
    ("awaited", "awaited", "{{ awaited(evil, evil) }}"),
    ("messages", "notice", "{{ notice(evil, evil) }}"),
    ("messages", "toast", '{{ toast(evil, "/x") }}'),
    ("messages", "empty", "{{ empty(evil) }}"),
    ("messages", "confirm", '{{ confirm(evil, evil, evil, "/x", hidden_values={"a": evil}) }}'),
    ("change", "change", '{{ change(evil, [("out", evil), ("in", evil)], "c") }}'),
    ("change", "comment", '{{ comment("hr", evil, evil, "2026", evil, evil) }}'),
    ("change", "history", "{{ history([line]) }}"),
    ("forms", "button", "{{ button(evil, data_x=evil) }}"),
    ("forms", "fault", "{{ fault(evil) }}"),
    ("forms", "hidden", '{{ hidden("a", evil) }}'),
    ("measure", "facts", '{{ facts([{"label": evil, "words": evil, "iso": none, "num": true}]) }}'),
    ("tables", "cell", "{{ cell(evil, evil) }}"),
    ("tables", "row_head", "{{ row_head(evil, evil) }}"),
    ("see_as", "see_as", '{{ see_as(evil, "/x") }}'),
    ("see_as", "sees_as", '{{ sees_as([(evil, "/x")]) }}'),
    ("see_as", "sees_as_links", '{{ sees_as_links([(evil, "/x")]) }}'),
    ("order", "grip", '{{ grip("g", evil) }}'),
    ("headings", "page_head", "{{ page_head(evil, evil) }}"),
    ("initials", "initials", "{{ initials([line]) }}"),
    ("rail", "rail", "{{ rail([stage]) }}"),
)


@pytest.mark.parametrize(("file", "macro", "call"), CALLS)
def test_what_people_write_stays_text(render, file, macro, call):
    view = readers("pair", ATTACK, (("mentee", ATTACK, ATTACK, ATTACK, True),), ATTACK)
    evil = dict.fromkeys(
        ("initials", "name", "role", "words", "before", "after", "when", "line", "note"), ATTACK
    )
    line = {**evil, "party": "hr", "assent": "given", "you": False, "iso": "2026"}
    stage = {**evil, "number": 1, "waiting": True, "you": True, "done": True, "current": True, "url": None}
    source = f'{FROM}{file}.html" import {macro} %}}{call}'
    shown = render(source, evil=ATTACK, view=view, line=line, stage=stage)
    assert "<b onclick" not in shown
    assert not [attrs for _, attrs in Page(shown).tags if "onclick" in attrs]
    assert "alert(1)" in shown


def test_a_forgotten_value_is_an_error(render):
    with pytest.raises(UndefinedError):
        render('{% from "ui/rail.html" import rail %}{{ rail([{"number": 1}]) }}')
    with pytest.raises(UndefinedError):
        render('{% from "ui/state.html" import state %}{{ state("awaiting") }}')


def test_a_badge_says_in_words_who_reads(render):
    shown = render(
        '{% from "ui/audience.html" import audience %}{{ audience(view, "r1") }}',
        view=readers("parties", "Inès et vous", (("mentee", "IC", "Inès Corbelin", "mentorée", False),)),
    )
    assert "Qui peut lire : " in "".join(Page(shown).text)
    assert shown.count("data-reads") == 1
    assert 'popovertarget="r1"' in shown
    assert 'popover id="r1"' in shown


def test_no_door_to_a_room_that_does_not_exist(gallery):
    rail = gallery[
        gallery.index('<nav class="rail"') : gallery.index("</nav>", gallery.index('<nav class="rail"'))
    ]
    shown = Page(rail)
    assert [a["href"] for tag, a in shown.tags if tag == "a"][:2] == ["/1", "/2"]
    assert rail.count("to-come") == 4
    assert rail.count("à venir") == 4
    assert rail.count('aria-current="page"') == 1


def test_a_field_says_its_help_then_its_error(gallery):
    control = next(attrs for tag, attrs in Page(gallery).tags if attrs.get("id") == "hours")
    assert control["aria-describedby"] == "hours-help hours-error"
    assert control["aria-invalid"] == "true"
    assert control["value"] == "vingt"
    assert "required" not in control


def test_the_summary_takes_the_focus_and_leads_to_each_field(gallery):
    summary = gallery[gallery.index("data-error-summary") :]
    assert 'href="#title"' in summary
    assert 'href="#hours"' in summary
    assert "CSRF" not in "".join(Page(summary).text)


def test_one_error_has_no_summary(app):
    from gallery import Sample

    with app.test_request_context("/", method="POST"):
        form = Sample(data={"title": "x", "observer": "i", "readers": "pair"}, formdata=None)
        form.validate()
        form.hours.errors = ["Écrivez 20."]
        source = '{% from "ui/forms.html" import error_summary %}{{ error_summary(form) }}'
        assert not render_template_string(source, form=form).strip()


def test_keeping_comes_first_and_has_the_focus(gallery):
    confirm = gallery[gallery.index('<form class="confirm"') :]
    assert confirm.index("autofocus>Garder") < confirm.index("btn danger")


def test_the_chart_says_in_words_what_it_draws(gallery):
    chart = gallery[gallery.index('<figure class="chart"') : gallery.index("</figure>")]
    assert "De 4 sur 11 à 7 sur 9, cible 9 sur 10." in chart
    assert chart.count("<circle") == 3
    assert chart.index("23 novembre</time>") < chart.index("19 octobre</time>")


def test_a_chart_of_one_reading_is_its_table(render):
    shown = render(
        '{% from "ui/chart.html" import chart %}{{ chart(points, "c", "t", "s") }}',
        points=context_points()[:1],
    )
    assert "<svg" not in shown
    assert "<table" in shown


def test_equal_values_draw_a_flat_line(render):
    points = context_points()[:2]
    for p in points:
        p.value = 3
    shown = render('{% from "ui/chart.html" import chart %}{{ chart(points, "c", "t", "s") }}', points=points)
    assert shown.count("<circle") == 2


def context_points():
    app = application()
    with app.test_request_context("/", method="POST"):
        return context()["points"]


def test_a_visitor_has_no_account_and_no_key(app):
    from flask import render_template

    with app.test_request_context("/sign-in"):
        from types import SimpleNamespace

        shown = render_template(
            "layouts/solo.html", current=SimpleNamespace(person=None, actor=None, forget=None)
        )
    assert "data-me" not in shown
    assert "topbar" not in shown


def test_the_theme_chosen_wins(app):
    from types import SimpleNamespace

    person = SimpleNamespace(id="p", name="Inès", initials="I", language="fr", theme="dark")
    shown = page(app, current=SimpleNamespace(person=person, actor=None))
    assert '<html lang="fr" data-theme="dark">' in shown
    assert "data-theme" not in page(app)


def test_the_style_sheets_keep_their_rules():
    css = {
        f.name: re.sub(r"/\*.*?\*/", "", f.read_text(), flags=re.DOTALL)
        for f in (TEMPLATES.parent / "static/css").glob("*.css")
    }
    for name, text in css.items():
        assert "!important" not in text, name
        assert not re.search(r"(^|[\s,}])#[a-z][\w-]*\s*[,{.:\[]", text), f"{name}: an id"
        if name not in ("tokens.css", "print.css"):
            assert not re.search(r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(", text), f"{name}: a raw colour"
        assert not re.search(r"\b(margin|padding)-(left|right|top|bottom)\b", text), (
            f"{name}: a physical side"
        )
    used = set(re.findall(r"var\(--([\w-]+)", "".join(css.values())))
    known = set(re.findall(r"--([\w-]+)\s*:", "".join(css.values())))
    assert used <= known


def test_each_macro_file_says_what_it_offers():
    for file in (TEMPLATES / "ui").glob("*.html"):
        text = file.read_text()
        head = text[: text.index("#}")]
        assert text.startswith("{#-")
        for name in re.findall(r"{% macro ([a-z]\w*)\(", text):
            assert name in head or name in ("logo", "removed", "added"), f"{file.name}: {name}"
