"""The blueprint of the room, which its files fill."""

from flask import Blueprint

room = Blueprint("invitations", __name__, url_prefix="/invitations")
