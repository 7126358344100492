"""The blueprint of the room, which its files fill."""

from flask import Blueprint

room = Blueprint("life", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/life")
