"""Templates: every one is used, a fragment is a piece of its page, nothing escapes the escaping or the policy."""

import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "templates"
ALL = sorted(
    p.relative_to(FOLDER).as_posix() for p in FOLDER.rglob("*") if p.suffix in (".html", ".txt", ".jinja")
)
PAGES = [t for t in ALL if t.endswith(".html")]
# Python names a template by its path, or by its file where `show` knows the folder from the page
CODE = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "webapp").rglob("*.py"))
environment = Environment(loader=FileSystemLoader(FOLDER), extensions=["jinja2.ext.i18n"], autoescape=True)


def source(template: str) -> str:
    return (FOLDER / template).read_text(encoding="utf-8")


def without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)


def tree(template: str) -> nodes.Template:
    return environment.parse(source(template))


def named_in(template: str) -> set[str]:
    """Templates that this one extends, includes or imports, by a constant or by pieces of one."""
    found = set()
    for node in tree(template).find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        name = node.template
        if isinstance(name, nodes.Const):
            found.add(str(name.value))
        elif isinstance(name, nodes.Concat):
            start, end = (
                n.value if isinstance(n, nodes.Const) else "" for n in (name.nodes[0], name.nodes[-1])
            )
            found |= {t for t in ALL if t.startswith(start) and t.endswith(end)}
    return found


@pytest.fixture(scope="module")
def uses() -> dict[str, set[str]]:
    return {t: named_in(t) for t in ALL}


def test_every_template_is_reachable(uses: dict[str, set[str]]) -> None:
    asked = {t for t in ALL if f'"{t}"' in CODE or f"/{Path(t).name}" in CODE or f'"{Path(t).name}"' in CODE}
    asked |= {t for t in ALL if t.startswith("mail/") and re.search(rf'"{Path(t).stem}"', CODE)}
    reached, todo = set(), list(asked)
    while todo:
        one = todo.pop()
        if one not in reached:
            reached.add(one)
            todo += uses.get(one, set())
    assert set(ALL) - reached == set()


def test_every_template_that_is_named_exists(uses: dict[str, set[str]]) -> None:
    assert set().union(*uses.values()) <= set(ALL)


def test_a_fragment_is_included_by_a_page_of_its_room(uses: dict[str, set[str]]) -> None:
    """What is returned alone to htmx stands in a page too, or in the dialog that the layout holds."""
    included = set().union(*uses.values())
    # notices are put in regions that every page has; the rail is the macro that the layout itself calls
    passing = {"errors/_notice.html", "errors/_beside.html", "errors/_sign_in.html", "mission/_rail.html"}
    lonely = [
        t for t in PAGES
        if Path(t).name.startswith("_") and t not in included and t not in passing and not in_dialog(t) and not in_passing(t)
    ]  # fmt: skip
    assert lonely == []


def in_dialog(template: str) -> bool:
    """A question: `ask.html` includes it under the name that the view hands it."""
    return (FOLDER / template).with_name("ask.html").exists() and "include question" in source(
        str(Path(template).with_name("ask.html"))
    )


def in_passing(template: str) -> bool:
    """What htmx puts in place of a button or a toast, and a reload takes away."""
    return "hx-partial" in source(template) or 'role="status"' in source(template)


def test_a_fragment_has_one_root(uses: dict[str, set[str]]) -> None:
    """Outside of what is set and imported: one element, so that it replaces one."""
    returned = {t for t in PAGES if Path(t).name.startswith("_") and f'"{Path(t).name}"' in CODE}
    wrong = []
    for t in returned:
        text = re.sub(r"\{%-?\s*macro.*?endmacro\s*-?%\}", "", without_comments(source(t)), flags=re.DOTALL)
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL).strip()
        if text and not text.startswith("<"):
            wrong.append(t)
    assert wrong == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("|safe", r"\|\s*safe\b"),
        ("autoescape off", r"autoescape\s+false"),
        ("hx-on", r"\bhx-on\b"),
        ("js: values", r"[\"']js:|javascript:"),
        ("a trigger filter", r"hx-trigger=\"[^\"]*\["),
        ("an inline style", r"\sstyle="),
        ("a script in the page", r"<script(?![^>]*\bsrc=)"),
        ("an inline style sheet", r"<style\b"),
        ("an event attribute", r"\son(click|change|submit|load|input|focus|blur|key\w+)="),
        ("an address elsewhere", r"(src|href)=\"(https?:)?//(?!localhost)"),
        ("a positive tabindex", r"tabindex=\"[1-9]"),
        ("htmx's own history", r"hx-(push|replace)-url=\"true"),
    ],
)  # fmt: skip
def test_no_template_has(what: str, pattern: str) -> None:
    mails = () if what in ("an inline style sheet", "an inline style", "an address elsewhere") else None
    assert [
        t
        for t in PAGES
        if not (t.startswith("mail/") and mails == ()) and re.search(pattern, without_comments(source(t)))
    ] == []


def test_no_attribute_is_left_without_quotes() -> None:
    """A value without quotes ends at its first space: somebody's name would become attributes."""
    wrong = []
    for t in PAGES:
        text = re.sub(r"\{%.*?%\}", "", without_comments(source(t)), flags=re.DOTALL)
        text = re.sub(r"\{\{.*?\}\}", "x", text, flags=re.DOTALL)
        wrong += [
            f"{t}: {m[0]}"
            for tag in re.findall(r"<[a-zA-Z][^<>]*>", text)
            for m in re.finditer(r"\s[\w:-]+=(?![\"'])\S*", re.sub(r"\"[^\"]*\"|'[^']*'", '""', tag))
        ]
    assert wrong == []


def test_no_python_marks_html_as_safe() -> None:
    """What is drawn is drawn by a template. A value of ours may only carry HTML that a template wrote."""
    wrong = []
    for p in (ROOT / "webapp").rglob("*.py"):
        text = p.read_text(encoding="utf-8")
        if re.search(r"\bMarkup\(|render_template_string|from markupsafe", text):
            wrong.append(p.relative_to(ROOT).as_posix())
    assert wrong == []


def test_every_import_of_a_template_is_used() -> None:
    wrong = []
    for t in ALL:
        body = tree(t)
        names = {n.name for n in body.find_all(nodes.Name)}
        brought = [n for node in body.find_all(nodes.FromImport) for n in node.names]
        known = {n[1] if isinstance(n, tuple) else n for n in brought}
        if not t.startswith("layouts/"):  # layouts hand theirs to the pages that extend them
            known |= {node.target for node in body.find_all(nodes.Import)}
        wrong += [f"{t}: {name}" for name in known - names]
    assert wrong == []


def test_every_macro_is_used(uses: dict[str, set[str]]) -> None:
    every = "\n".join(source(t) for t in ALL) + "\n".join(
        p.read_text(encoding="utf-8") for p in (ROOT / "tests").rglob("*") if p.suffix == ".html"
    )
    wrong = []
    for t in ALL:
        for macro in tree(t).find_all(nodes.Macro):
            calls = len(re.findall(rf"\b{re.escape(macro.name)}\s*\(", every)) - every.count(
                f"macro {macro.name}("
            )
            if not calls and not re.search(rf"call(\([^)]*\))?\s+\w*\.?{re.escape(macro.name)}\b", every):
                wrong.append(f"{t}: {macro.name}")
    assert wrong == []


def test_a_template_says_what_it_needs() -> None:
    """Its first line is a comment: what it is, what its context holds. A mail's stands beside its subject, in webapp/mail."""
    assert [
        t
        for t in PAGES
        if not t.startswith(("mail/", "errors/500")) and not source(t).lstrip().startswith("{#")
    ] == []


def test_undefined_names_stop_a_page(application: Any) -> None:
    from jinja2 import StrictUndefined

    assert application.jinja_env.undefined is StrictUndefined
