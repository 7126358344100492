"""The wire: what is read is what was written, and whatever else comes is a fault with a code, never an exception."""

import json
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Text

from webapp.live import frames
from webapp.live.frames import Close, Fault

DOC = "3c5a8b1e-0000-4000-8000-00000000000a"


def outcome(read: Callable[..., object], data: bytes | str) -> Close | None:
    """The close code that the data costs, None if it can be read."""
    try:
        read(data)
    except Fault as fault:
        return fault.code
    return None


@given(st.sampled_from((0, 1, 2, 4)), st.uuids(), st.binary(max_size=200))
def test_a_frame_is_read_as_it_was_written(kind: int, doc: uuid.UUID, payload: bytes) -> None:
    assert frames.parse(frames.frame(kind, str(doc), payload)) == (kind, str(doc), payload)


@given(st.binary(max_size=120))
def test_random_bytes_are_a_fault_or_a_frame(data: bytes) -> None:
    assert outcome(frames.parse, data) in (None, Close.MALFORMED, Close.NOT_YOURS)


@given(st.text(max_size=80))
def test_random_words_are_a_fault_or_an_object(data: str) -> None:
    assert outcome(frames.words, data) in (None, Close.NOT_JSON, Close.TOO_LARGE)


@given(st.binary(max_size=60))
def test_random_carets_are_a_fault_or_one_client(data: bytes) -> None:
    assert outcome(frames.client, data) in (None, Close.BAD_UPDATE)


@given(
    st.integers(0, 2**53),
    st.integers(0, 2**40),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)
def test_a_caret_says_whose_it_is(who: int, clock: int, state: dict[str, int]) -> None:
    told = json.dumps(state).encode()
    awareness = b"\x01" + b"".join(map(frames.varint, (who, clock, len(told)))) + told
    assert frames.client(awareness) == (who, clock)
    assert frames.client(frames.gone(who, clock)) == (who, clock)


@given(st.lists(st.text(min_size=1, max_size=5), max_size=6))
def test_every_vector_is_one(words: list[str]) -> None:
    doc: Doc[Text] = Doc()
    for word in words:
        part: Doc[Text] = Doc()
        part.get("wording", type=Text).insert(0, word)
        doc.apply_update(part.get_update())
    assert frames.is_vector(doc.get_state())
    assert not frames.is_vector(doc.get_state() + b"\x00")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x02",
        b"\x02\x24",
        frames.frame(2, DOC)[:-1],
        b"\x02\x10" + DOC.encode(),
        frames.frame(2, DOC.upper()),
    ],
)
def test_a_broken_head_is_malformed(data: bytes) -> None:
    with pytest.raises(Fault) as fault:
        frames.parse(data)
    assert fault.value.code is Close.MALFORMED


def test_every_close_code_is_one_fault() -> None:
    assert len({int(c) for c in Close}) == len(list(Close))
    assert all(code in {int(c) for c in Close} or code in (4410, 4411) for code in frames.WHY.values())
