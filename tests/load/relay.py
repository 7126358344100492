"""The yardstick: on the same server, a relay that commits each frame and knows nothing else. No sign-in, no walls.

A room is a path. A frame is committed alone, told to the others of its room, then acked; that is all.
"""

import os
from collections import defaultdict
from typing import Any

from psycopg_pool import AsyncConnectionPool

pool = AsyncConnectionPool(
    os.environ["RELAY_URL"],
    min_size=4,
    max_size=8,
    open=False,
    kwargs={"autocommit": True, "prepare_threshold": 0},
)
rooms: dict[str, set[Any]] = defaultdict(set)


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await pool.open()
        async with pool.connection() as c:
            await c.execute(
                "create table if not exists relayed (id bigserial primary key, room text, data bytea)"
            )
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await pool.close()
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    await receive()
    await send({"type": "websocket.accept"})
    room = scope["path"]
    rooms[room].add(send)
    try:
        while (message := await receive())["type"] == "websocket.receive":
            data = message["bytes"]
            async with pool.connection() as c:
                await c.execute("insert into relayed (room, data) values (%s, %s)", (room, data))
            for other in tuple(rooms[room]):
                if other is not send:
                    await other({"type": "websocket.send", "bytes": data})
            await send({"type": "websocket.send", "bytes": b"\x03" + data[1:42]})
    finally:
        rooms[room].discard(send)
