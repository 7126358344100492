"""What binds the agreement: its rules, versions, signatures, amendments. The second half of the room, with its own doors."""

from flask import Flask

from tenants.documents import kinds
from tenants.mission.agreement import terms


def init_app(app: Flask) -> None:
    """Register the blueprints, the words of refusals, and what follows a fold of a clause."""
    from webapp.mission.agreement import (
        binding_words,
        dates_views,
        rules_views,
        signing_views,
        versions_views,
    )

    binding_words.register()
    for blueprint in (
        rules_views.rules,
        versions_views.pages,
        versions_views.own,
        signing_views.answers,
        signing_views.heard,
        dates_views.pages,
    ):
        app.register_blueprint(blueprint)
    kinds.on_fold["clause"] = terms.folded
