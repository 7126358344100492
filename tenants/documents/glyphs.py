"""The characters that our fonts can print: what is signed holds no other. The list is made from the fonts themselves.

A table and not the fonts: whoever serves a page must know it, and fonts are read in the worker alone.
"""

import functools
from bisect import bisect_right
from pathlib import Path

TABLE = Path(__file__).with_name("glyphs.txt")


def covered(character: str) -> bool:
    """Whether one of the fonts has it."""
    starts, ends = _ranges()
    at = bisect_right(starts, ord(character)) - 1
    return at >= 0 and ord(character) <= ends[at]


@functools.cache
def _ranges() -> tuple[list[int], list[int]]:
    pairs = [line.partition("-")[::2] for line in TABLE.read_text(encoding="ascii").split()]
    return [int(a, 16) for a, _ in pairs], [int(b or a, 16) for a, b in pairs]


def written(codes: set[int]) -> str:
    """The table for these code points: « 20-7e a0-17f », eight ranges a line."""
    ordered, ranges = sorted(codes), list[list[int]]()
    for code in ordered:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    words = [f"{a:x}" if a == b else f"{a:x}-{b:x}" for a, b in ranges]
    return "\n".join(" ".join(words[i : i + 8]) for i in range(0, len(words), 8)) + "\n"
