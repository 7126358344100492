"""HTML as a tree, read by the standard library: strict about tags that are left open, which browsers forgive."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = set("area base br col embed hr img input link meta source track wbr".split())
# what stands on a line of its own: text on both sides of it is not one sentence
BLOCK = set(
    "address article aside blockquote body button dd details dialog div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 head header hr html label legend li main nav ol option p pre section select summary table"
    " tbody td template textarea tfoot th thead title tr ul svg desc".split()
)


@dataclass
class Element:
    """A tag, its attributes in order, its children: elements and strings."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)
    parent: "Element | None" = field(default=None, repr=False, compare=False)

    def get(self, name: str, default: str | None = None) -> str | None:
        return self.attributes.get(name, default)

    @property
    def id(self) -> str | None:
        return self.get("id")

    @property
    def elements(self) -> list["Element"]:
        return [c for c in self.children if isinstance(c, Element)]

    def walk(self) -> Iterator["Element"]:
        """This element and all below it, in the page's order."""
        yield self
        for child in self.elements:
            yield from child.walk()

    def all(self, *tags: str, **having: Any) -> list["Element"]:
        """Elements below with one of these tags (any, without), that have these attributes (``True``: whatever they say)."""
        return [
            e
            for e in self.walk()
            if (not tags or e.tag in tags)
            and all((n in e.attributes) if v is True else e.get(n) == v for n, v in having.items())
        ]

    def by_id(self, name: str) -> "Element | None":
        return next((e for e in self.walk() if e.id == name), None)

    def up(self, tag: str) -> "Element | None":
        """This element or the nearest around it with that tag."""
        here: Element | None = self
        while here is not None and here.tag != tag:
            here = here.parent
        return here

    @property
    def around(self) -> list["Element"]:
        found, here = [], self.parent
        while here is not None:
            found.append(here)
            here = here.parent
        return found

    @property
    def text(self) -> str:
        """Its words; blocks are kept apart by a line break."""
        return "".join(
            c if isinstance(c, str) else f"\n{c.text}\n" if c.tag in BLOCK else c.text for c in self.children
        )

    @property
    def words(self) -> str:
        """Its words on one line; no-break spaces stay what they are."""
        return re.sub(r"[ \n\t]+", " ", self.text).strip()

    def lines(self) -> list[str]:
        """One line for each block of text."""
        found = (re.sub(r"[ \t]+", " ", line).strip(" ") for line in _joined(self).split("\n"))
        return [line for line in found if line]

    def put(self, other: list["Element | str"]) -> None:
        """In this element's place, these."""
        assert self.parent is not None
        at = next(i for i, c in enumerate(self.parent.children) if c is self)
        for one in other:
            if isinstance(one, Element):
                one.parent = self.parent
        self.parent.children[at : at + 1] = other

    def __str__(self) -> str:
        said = "".join(f' {n}="{v}"' for n, v in self.attributes.items())
        return f"<{self.tag}{said}>"


def _joined(e: Element) -> str:
    """As ``text``, with the line breaks of the source made plain: only blocks break a line."""
    return "".join(
        re.sub(r"[ \n\t]+", " ", c)
        if isinstance(c, str)
        else f"\n{_joined(c)}\n"
        if c.tag in BLOCK
        else _joined(c)
        for c in e.children
        if isinstance(c, str) or c.tag not in ("script", "style")
    )


class Malformed(AssertionError):
    """A tag that is closed without having been opened, or never closed; an attribute said twice."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self.here = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [n for n, _ in attrs]
        if len(names) != len(set(names)):
            raise Malformed(f"an attribute twice: {self.get_starttag_text()}")
        made = Element(tag, {n: v or "" for n, v in attrs}, parent=self.here)
        self.here.children.append(made)
        if tag not in VOID:
            self.here = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.here.tag != tag or self.here.parent is None:
            raise Malformed(f"</{tag}> closes {self.here}")
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def read(html: str) -> Element:
    """The tree of a page or of a fragment; its root has no tag."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.here is not reader.root:
        raise Malformed(f"never closed: {reader.here}")
    return reader.root
