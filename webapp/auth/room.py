"""The blueprint of the room, which its files fill."""

from flask import Blueprint

room = Blueprint("signing_in", __name__)
