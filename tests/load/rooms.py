"""``python -m pytest tests/load/rooms.py -s``: every page of a full mission beside itself when it was empty, by the clock."""

import statistics
import time
from typing import Any

import pytest

from tests.http.test_weight import furnish, pages


def seconds(client: Any, address: str, times: int = 9) -> float:
    """Of the usual answer, once the first has been given."""
    spent = []
    client.get(address)
    for _ in range(times):
        began = time.perf_counter()
        client.get(address)
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)


@pytest.mark.parametrize("who", ["helene", "marc", "odile"])
def test_ratios(app: Any, world: Any, browse: Any, who: str) -> None:
    client = browse(who)
    there = [a for a in pages(app, world, client) if client.get(a).status_code == 200]
    empty = {address: seconds(client, address) for address in there}
    furnish(app, world, 10)
    print(f"\n{who}: empty, full (ms), ratio")
    for address, before in empty.items():
        after = seconds(client, address)
        name = address.split("/", 4)[-1] if address.count("/") > 3 else "mission"
        print(f"  {name:32} {before * 1000:7.1f} {after * 1000:7.1f} {after / before:6.2f}")
