"""Official documents: pressed by typst, sealed with the firm's key, in the worker alone; and known again by anybody.

typst must never run before a fork (its threads do not survive one), and pyHanko opens a loop of its own: so the web
process imports neither. A file that somebody brings to be checked is read by a process made for it, and ended.
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register « Vérifier un fichier », the firm's page about its seal, and the words of refusals."""
    from webapp.printing.seal_views import seal
    from webapp.printing.verify import verify

    app.register_blueprint(verify)
    app.register_blueprint(seal)
