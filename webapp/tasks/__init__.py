"""One-time tasks: ``/t/<token>`` shows one thing and takes one act, without an account and without a cookie."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """The pages, and what each room lets be done by a link."""
    from webapp.security import csrf
    from webapp.tasks import agreement, context, dates, objectives, roadmap, schedule, sent
    from webapp.tasks.registry import KINDS
    from webapp.tasks.views import links

    for room in (agreement, context, dates, objectives, roadmap, schedule):
        KINDS.update({kind.do: kind for kind in room.KINDS})
    csrf.exempt(links)  # the token in the address is the proof; Origin is checked as for every form
    app.register_blueprint(links)
    app.register_blueprint(sent.sent)
