"""Where things are and what they are called: README is true of the tree, and a name says what is in a file."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp import cli, config

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MADE = {"__pycache__", "node_modules", "dist", "instance", ".venv", ".git"}
HOUSE = ("tenants", "webapp", "templates", "migrations", "tests", "static")
DRAWERS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "services",
    "service",
    "misc",
    "core",
    "base",
    "manager",
    "lib",
    "shared",
    "handlers",
}
# One word for one thing (product.md): these say it otherwise, or in French
OTHERWISE = {
    "objectif", "objectifs", "mentore", "mentoré", "accord", "parcours", "paraphe", "bilan", "carnet", "cloture", "clôture",
    "entreprise", "cabinet", "utilisateur", "brouillon", "seance", "séance", "mandat", "dirigeant", "rdv", "etape", "étape",
    "pupil", "coachee", "protege", "organisation", "organization", "workspace_id", "tenant_id", "customer", "supervisor", "teacher",
    "director", "participant_id", "goal", "goals", "signature_hash",
}  # fmt: skip
LONGEST = 700  # a file has one subject; the longest are tables of cases, which have one too


def files(*suffixes: str) -> Iterator[Path]:
    """What is written by hand."""
    for top in HOUSE:
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix in suffixes and not MADE & set(path.relative_to(ROOT).parts):
                yield path


PYTHON = list(files(".py"))


def test_no_drawer() -> None:
    named = {
        p.relative_to(ROOT).as_posix()
        for p in files(".py", ".html", ".js", ".css")
        if DRAWERS & {p.stem, *p.relative_to(ROOT).parts}
    }
    # the frame of every page, and the layer of plain elements, are called what they are called everywhere
    assert named <= {"templates/layouts/base.html", "static/css/base.css"}


def test_one_word_for_one_thing() -> None:
    wrong = []
    for path in PYTHON:
        if path.is_relative_to(ROOT / "tests") or path.is_relative_to(ROOT / "webapp" / "demo"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [
                getattr(node, a)
                for a in ("id", "attr", "arg", "name")
                if isinstance(getattr(node, a, None), str)
            ]
            wrong += [
                f"{path.relative_to(ROOT)}: {n}"
                for n in names
                if set(re.split(r"_+", n.lower())) & OTHERWISE or n.lower() in OTHERWISE
            ]
    assert sorted(set(wrong)) == []


def test_ids_and_classes_are_english_and_kebab_case() -> None:
    wrong = []
    for path in files(".html"):
        text = re.sub(
            r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        for value in re.findall(r"\s(?:id|class)=\"([^\"]*)\"", text):
            odd = [
                w
                for w in value.split()
                if set(w.split("-")) & OTHERWISE or not re.fullmatch(r"_?[a-z0-9_-]+", w)
            ]
            wrong += [f"{path.relative_to(ROOT)}: {word}" for word in odd]
    assert wrong == []


def test_files_end_within_reason() -> None:
    lengths = {
        p.relative_to(ROOT).as_posix(): p.read_text(encoding="utf-8").count("\n")
        for p in files(".py", ".html", ".js", ".css")
    }
    lengths.pop("tests/http/test_mails.py", None)
    assert {name: n for name, n in lengths.items() if n > LONGEST} == {}
    templates = {n for name, n in lengths.items() if name.startswith("templates/")}
    assert max(templates) <= 150


def test_functions_end_within_reason() -> None:
    wrong = []
    for path in PYTHON:
        if path.is_relative_to(ROOT / "migrations" / "versions") or path.is_relative_to(ROOT / "tests"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 70:
                    wrong.append(f"{path.relative_to(ROOT)}: {node.name}, {length} lines")
    assert wrong == []


def test_nothing_of_others_and_nothing_built_is_kept() -> None:
    """Third parties come by package and lock; what is built is built at the start."""
    kept = [
        p.relative_to(ROOT).as_posix()
        for p in files(
            ".js", ".css", ".woff2", ".woff", ".ttf", ".map", ".min.js", ".mo", ".svg", ".png", ".whl", ".zip"
        )
    ]
    kept = [k for k in kept if not k.endswith(".mo")]  # compiled beside its source, ignored by git
    assert [
        k
        for k in kept
        if ".min." in k or not k.startswith(("static/js/", "static/css/", "static/build", "tests/"))
    ] == []
    for path in files(".js", ".css"):
        assert max((len(line) for line in path.read_text(encoding="utf-8").split("\n")), default=0) < 500, (
            path
        )


def test_the_top_is_the_house() -> None:
    there = {p.name for p in ROOT.iterdir() if not p.name.startswith(".") and p.name not in MADE}
    there -= {"test-results"}
    assert there == {*HOUSE, "pyproject.toml", "README.md", "Dockerfile"}


# -- README ----------------------------------------------------------------------------------------------------


def tree() -> dict[str, set[str]]:
    """What README's tree names: for each folder of the top, folders (`x/`) and modules (`x.py`) below it."""
    block = re.search(r"```text\n(pyproject\.toml.*?)```", README, flags=re.DOTALL)
    assert block, "README has no tree"
    found: dict[str, set[str]] = {}
    top = inner = ""
    for line in block[1].split("\n"):
        if named := re.match(r"([a-z]+)/\s", line):
            top, inner = named[1], ""
            found[top] = set()
        elif top and line.startswith("  "):
            if deeper := re.match(r"  ([a-z]+)/\s{2,}", line):
                inner = ""
                found[top].add(deeper[1] + "/")
            words = re.findall(r"(?<![\w/])([\w/]+(?:/|\.py))(?=[\s,·]|$)", line)
            found[top] |= {inner + w for w in words}
    return found


@pytest.mark.parametrize("top", ["tenants", "webapp", "templates", "tests"])
def test_readmes_tree_is_the_tree(top: str) -> None:
    there = {
        p.relative_to(ROOT / top).as_posix() + "/"
        for p in (ROOT / top).rglob("*")
        if p.is_dir()
        and not MADE & set(p.parts)
        and any(f.is_file() and f.suffix != ".pyc" for f in p.iterdir())
    }
    said = {w for w in tree()[top] if w.endswith("/")}
    assert said - there == set(), "README names a folder that is not there"
    assert {
        t
        for t in there
        if t not in ("live/js/", "setup/locks/", "setup/locks/chromium/")
        and not t.startswith("translations/")
    } - said == set(), "README does not name a folder"
    for module in tree()[top]:
        if module.endswith(".py"):
            assert (ROOT / top / module).is_file(), module


def test_readme_names_every_command_and_no_other() -> None:
    said = set(re.findall(r"python3 -m webapp ([a-z]+)", README)) | set(
        re.findall(r"^\| `([a-z]+)[^`]*` \|", README, flags=re.MULTILINE)
    )
    assert set(cli.COMMANDS) - said == set()
    assert said - set(cli.COMMANDS) - {"help"} == set()


def test_readme_names_every_variable_and_no_other() -> None:
    known = {name for name, _, _ in config.meanings()}
    said = set(re.findall(r"\b(?:TRIALOGUE_[A-Z_]+|DATABASE_[A-Z_]+)\b", README))
    assert said - known == set()
    assert known - said == set()


def test_paths_that_readme_names_are_there() -> None:
    for path in re.findall(r"`((?:tenants|webapp|templates|static|migrations|tests|\.ci)/[\w./-]*)`", README):
        assert (ROOT / path).exists() or path == "static/dist", path


def test_no_machine_and_no_registry_is_named() -> None:
    """No address of a registry, no path of somebody's machine, in what is committed."""
    wrong = []
    for path in [
        *files(".py", ".html", ".js", ".mjs", ".css", ".json", ".txt", ".toml"),
        ROOT / "pyproject.toml",
        ROOT / "Dockerfile",
        ROOT / "README.md",
        ROOT / ".ci" / "run",
    ]:
        if path == Path(__file__):
            continue
        text = path.read_text(encoding="utf-8")
        wrong += [
            f"{path.relative_to(ROOT)}: {m[0]}"
            for m in re.finditer(
                r"https?://[^\s\"'`]*(pypi|npmjs|pythonhosted|artifactory|nexus)[^\s\"'`]*|/home/\w+/|/Users/\w+/|/work/(?:main|shared)\b",
                text,
            )
        ]
    assert wrong == []


def test_there_is_no_other_configuration_at_the_top() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert {"ruff", "mypy", "djlint", "pytest", "importlinter", "alembic", "babel", "coverage"} <= set(
        settings
    )
