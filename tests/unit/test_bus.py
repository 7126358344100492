"""Lines on the bus: in order, within what PostgreSQL takes, and what is too long becomes « ask me again »."""

from base64 import b64encode

from hypothesis import given
from hypothesis import strategies as st

from webapp.live.bus import PAYLOAD, packed

DOC = "3c5a8b1e-0000-4000-8000-00000000000a"
LINES = st.lists(
    st.binary(max_size=9000).map(lambda d: f"u {DOC} 1 {b64encode(d).decode()}")
    | st.lists(st.uuids(), max_size=300).map(
        lambda ids: f"stale {DOC} " + " ".join(f"objective:{i}" for i in ids)
    ),
    max_size=30,
)


@given(LINES)
def test_every_payload_fits_and_nothing_is_lost(lines: list[str]) -> None:
    payloads = packed("origin", lines)
    assert all(len(p.encode()) <= PAYLOAD for p in payloads)
    assert all(p.startswith("origin\n") for p in payloads)
    told = [line for p in payloads for line in p.split("\n")[1:]]
    assert len(told) == len(lines)
    for line, heard in zip(lines, told, strict=True):
        assert heard == line or heard in (f"R {DOC}", f"stale {DOC} *")
        assert heard == line or len(line) > PAYLOAD - 20


def test_many_lines_travel_together() -> None:
    assert len(packed("o", [f"stale {DOC} objective:{n}" for n in range(100)])) == 1
