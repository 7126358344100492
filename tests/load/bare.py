"""The yardstick of pages: on the same server, forty rows by one query, no sign-in, no walls, no rules."""

import os

import psycopg_pool
from a2wsgi import WSGIMiddleware
from flask import Flask, render_template_string

from webapp.asgi import THREADS, guard

PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Objectifs</title></head><body><main>
<h1>Objectifs</h1><ol>{% for id, text in rows %}<li id="o-{{ id }}"><h2>{{ text }}</h2><p>{{ loop.index }} sur
{{ rows|length }}</p></li>{% endfor %}</ol></main></body></html>"""

flask = Flask(__name__)
pool = psycopg_pool.ConnectionPool(os.environ["RELAY_URL"], min_size=2, max_size=10, open=True)


@flask.get("/")
def page() -> str:
    with pool.connection() as c:
        rows = c.execute(
            "select document_id, text from document_text where root = 'wording' limit 40"
        ).fetchall()
    return render_template_string(PAGE, rows=rows)


pages = guard(WSGIMiddleware(flask, workers=THREADS, send_queue_size=0))


async def app(scope, receive, send) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    await pages(scope, receive, send)
