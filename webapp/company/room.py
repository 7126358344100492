"""The blueprint of the room, which its files fill."""

from flask import Blueprint

room = Blueprint("company", __name__, url_prefix="/<company>")
