"""Text and log as values: canonical text, hashes, differences, and a log that never loses what waits."""

import random
import unicodedata
import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Text

from tenants.documents import log
from tenants.documents.log import Row
from tenants.documents.texts import canonical, canonical_hash, cleaned, difference, unprintable

ROOTS = ("wording", "indicator", "notes")
# what people write and what breaks: accents, composed and decomposed, French spaces, emoji, controls
PROSE = st.text(st.sampled_from("aé e\u0301çœ« »’ \u00a0\u202f\n\t\x00\x07👩🏽‍🚒.-0"), max_size=40)


def test_canonical_text_is_one_line_of_single_spaces() -> None:
    assert (
        canonical("  Tenir\u00a0:\u202f« la\treunion\r\n du  lundi »\x07 ")
        == "Tenir : « la reunion du lundi »"
    )
    assert canonical("cafe\u0301") == "café"
    assert canonical("a\u2060b\ufeffc\u200bd") == "abc d"


@given(PROSE)
def test_canonical_text_is_canonical(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once
    assert canonical(cleaned(text)) == once
    assert canonical_hash([text]) == canonical_hash([once])
    assert unicodedata.is_normalized("NFC", once)


@given(
    st.lists(PROSE | st.none() | st.integers(), max_size=4),
    st.lists(PROSE | st.none() | st.integers(), max_size=4),
)
def test_equal_hashes_are_equal_contents(a: list, b: list) -> None:
    same = [canonical(x) if isinstance(x, str) else x for x in a] == [
        canonical(x) if isinstance(x, str) else x for x in b
    ]
    assert (canonical_hash(a) == canonical_hash(b)) is same


def test_kept_text_keeps_its_lines_and_drops_controls() -> None:
    assert cleaned("un\r\ndeux\rtrois\x00\x1b[0m") == "un\ndeux\ntrois[0m"


def test_what_cannot_be_printed_is_named() -> None:
    assert unprintable("Tenir la réunion 👩🏽‍🚒 « à 9 h »") == []
    assert unprintable("a\u202eb\ue000") == ["U+202E RIGHT-TO-LEFT OVERRIDE", "U+E000"]


def test_a_difference_reads_in_order() -> None:
    said = [
        (s.kind, s.text) for s in difference("tenir la réunion du lundi", "tenir seule la réunion du mardi")
    ]
    assert said == [
        ("same", "tenir"), ("ins", " seule"), ("same", " la réunion du "), ("del", "lundi"), ("ins", "mardi"),
    ]  # fmt: skip


@given(PROSE, PROSE)
def test_a_difference_gives_back_both_texts(before: str, after: str) -> None:
    segments = difference(before, after)
    assert "".join(s.text for s in segments if s.kind != "ins") == before
    assert "".join(s.text for s in segments if s.kind != "del") == after


@given(st.dictionaries(st.sampled_from(ROOTS), PROSE), st.dictionaries(st.sampled_from(ROOTS), PROSE))
def test_an_edit_makes_the_text_and_a_seed_is_read_back(first: dict[str, str], then: dict[str, str]) -> None:
    rows = [log.seed(first)]
    assert log.texts(log.load(rows), ROOTS) == {r: first.get(r, "") for r in ROOTS}
    update = log.edit(rows, then)
    wanted = {r: then.get(r, first.get(r, "")) for r in ROOTS}
    if update is None:
        assert wanted == {r: first.get(r, "") for r in ROOTS}
    else:
        assert log.texts(log.load([*rows, update]), ROOTS) == wanted


def _log(seed: int, length: int = 25, people: int = 3) -> list[bytes]:
    """Updates of several people who type and delete, each having seen what came before."""
    rng = random.Random(seed)
    docs: list[Doc] = [Doc() for _ in range(people)]
    rows: list[bytes] = []
    for _ in range(length):
        doc = rng.choice(docs)
        text = doc.get("wording", type=Text)
        before = doc.get_state()
        if rng.random() < 0.2 and len(text) > 3:
            at = rng.randrange(len(str(text)))
            at = len(str(text)[:at].encode())
            stop = at + len(str(text).encode()[at:].decode()[:1].encode())
            del text[at:stop]
        else:
            at = len(str(text)[: rng.randint(0, len(str(text)))].encode())
            text.insert(at, rng.choice(["mot ", "é", "ç«", "👩🏽‍🚒"]))
        update = doc.get_update(before)
        rows.append(update)
        for other in docs:
            if other is not doc and rng.random() < 0.9:
                for row in rows:
                    other.apply_update(row)
    return rows


@pytest.mark.parametrize("seed", range(60))
def test_a_compacted_log_loses_nothing_and_one_that_waits_is_left_alone(seed: int) -> None:
    rows = _log(seed)
    whole = log.texts(log.load(rows), ROOTS)
    snapshot = log.compacted(rows)
    assert snapshot is not None
    assert log.texts(log.load([snapshot]), ROOTS) == whole
    missing = random.Random(seed).randrange(len(rows))
    cut = [*rows[:missing], *rows[missing + 1 :]]
    partial = log.compacted(cut)
    if partial is not None:
        assert log.texts(log.load([partial, rows[missing]]), ROOTS) == whole


@settings(deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_gives_one_text(seed: int, rng: random.Random) -> None:
    rows = _log(seed, 12)
    shuffled = rows + rng.sample(rows, k=rng.randint(0, len(rows)))
    rng.shuffle(shuffled)
    assert log.texts(log.load(shuffled), ROOTS) == log.texts(log.load(rows), ROOTS)


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_a_difference_that_brings_nothing_is_known_from_one_that_waits(seed: int) -> None:
    rows = _log(seed, 10)
    whole = log.load(rows)
    assert not log.brings(rows, whole, whole.get_update(whole.get_state()))
    assert not log.brings(rows, whole, rows[0])
    doc: Doc = Doc()
    doc.get("wording", type=Text).insert(0, "un")
    state = doc.get_state()
    doc.get("wording", type=Text).insert(2, "deux")
    assert log.brings(rows, whole, doc.get_update(state))  # it waits for « un »: to be kept


@given(st.binary(max_size=80))
def test_bytes_are_an_update_or_unreadable(data: bytes) -> None:
    try:
        log.readable(data, ROOTS)
    except log.Unreadable:
        return


def test_mutated_updates_never_escape_as_another_exception() -> None:
    rng = random.Random(7)
    rows = _log(3, 20)
    for _ in range(4000):
        data = bytearray(rng.choice(rows))
        for _ in range(rng.randint(1, 3)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        try:
            log.readable(bytes(data), ROOTS)
        except log.Unreadable:
            continue


@pytest.mark.parametrize("count", [b"\x80\x80\x80\x80\x01", b"\xff\xff\xff\xff\x0f", b"\x80\x80\x809"])
def test_a_lying_count_reserves_nothing(count: bytes) -> None:
    for data in (count, b"\x00" + count, b"\x01" + count + b"\x01\x00", b"\x00\x01\x05" + count):
        with pytest.raises(log.Unreadable):
            log.readable(data + b"\x00" * 6, ROOTS)


def test_only_characters_and_deletions_of_our_roots_pass() -> None:
    from pycrdt import Array, Map

    def update(root: str, kind: type, fill: Any) -> bytes:
        doc: Doc = Doc()
        fill(doc.get(root, type=kind))
        return doc.get_update()

    log.readable(update("wording", Text, lambda t: t.insert(0, "é")), ROOTS)
    for bad in (
        update("other", Text, lambda t: t.insert(0, "x")),
        update("wording", Text, lambda t: t.insert(0, "x", {"bold": True})),
        update("wording", Text, lambda t: t.insert_embed(0, {"a": 1})),
        update("wording", Array, lambda a: a.append(1)),
        update("wording", Map, lambda m: m.__setitem__("k", "v")),
    ):
        with pytest.raises(log.Unreadable):
            log.readable(bad, ROOTS)


@pytest.mark.parametrize("seed", range(30))
def test_every_update_of_a_text_passes(seed: int) -> None:
    rows = _log(seed)
    for update in (*rows, log.merged(rows), log.merged(rows[::2]), log.load(rows).get_update()):
        log.readable(update, ROOTS)


def test_who_changed_what_is_read_from_the_rows() -> None:
    ines, marc = uuid.uuid4(), uuid.uuid4()
    rows = [Row(0, log.seed({"wording": "a", "notes": "n"}))]
    for i, (root, who) in enumerate((("wording", ines), ("notes", marc), ("wording", marc)), 1):
        made = log.edit([r.data for r in rows], {root: f"{root}{i}"})
        assert made is not None
        rows.append(Row(i, made, who))
    assert log.writers(rows, 0, ROOTS) == {"wording": (ines, marc), "indicator": (), "notes": (marc,)}
    assert log.writers(rows, 2, ROOTS) == {"wording": (marc,), "indicator": (), "notes": ()}


def test_another_type_under_our_roots_is_read_as_empty() -> None:
    from pycrdt import Array, Map

    doc: Doc = Doc()
    doc.get("wording", type=Array).append("x")
    doc.get("indicator", type=Map)["a"] = 1
    assert log.texts(log.load([doc.get_update()]), ROOTS) == dict.fromkeys(ROOTS, "")
