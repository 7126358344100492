"""The blueprint of the room, which its files fill."""

from flask import Blueprint

room = Blueprint("firm", __name__, url_prefix="/firms/<uuid:firm_id>")
