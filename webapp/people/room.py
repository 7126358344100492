"""The blueprint of the room, which its files fill."""

from flask import Blueprint

room = Blueprint("people", __name__)
