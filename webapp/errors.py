"""What went wrong, in words: what happened, what to do, what is kept. Never a code alone.

Refusals carry a name and values (tenants/refusals.py); each room gives its words with ``@refusal("objective.frozen")``.
A browser's own request gets a page; htmx gets a notice for ``#notices``, so that the fragment that was asked to be
replaced, and what was typed in it, stay where they are. An expired sign-in gets the sign-in fragment in ``#dialog``.
The page for 500 is a file read at the start: it needs nothing of what may just have failed.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from tenants.refusals import Refused
from webapp import formats
from webapp.forms import Invalid

TYPED = 422
LETTERS = 1_000_000  # what a form without a file may weigh, see app.settings


@dataclass(frozen=True, slots=True)
class Words:
    """A refusal or a fault for a reader. ``kept``: what is not lost; ``bad`` when something failed, not only waits."""

    title: str
    todo: str = ""
    kept: str = ""
    bad: bool = False


Wording = Callable[[dict[str, Any]], Words]
_REFUSALS: dict[str, Wording] = {}


def refusal(name: str) -> Callable[[Wording], Wording]:
    """Register the words of a refusal: ``@refusal("objective.frozen")`` over a function of its values."""

    def kept(wording: Wording) -> Wording:
        _REFUSALS[name] = wording
        return wording

    return kept


def words_of(refused: Refused) -> Words:
    """The words of a refusal; those for all when its room gave none."""
    wording = _REFUSALS.get(refused.name)
    return wording(refused.values) if wording else _not_now()


def worded() -> frozenset[str]:
    """The names that have words: a law compares them with those that operations raise."""
    return frozenset(_REFUSALS)


def init_app(app: Flask) -> None:
    """Hand every fault to its words."""
    app.extensions["trialogue.500"] = _static_page(app)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Invalid, _invalid)
    app.register_error_handler(500, _failed)


# -- the handlers ----------------------------------------------------------------------------------------------


def _http(error: HTTPException) -> Any:
    if isinstance(
        error, SecurityError
    ):  # a Host that is not ours: no address of ours may stand in the answer
        return Response(gettext("Cette adresse n’est pas servie ici.") + "\n", 400, mimetype="text/plain")
    if error.code is None or error.code < 400:  # noqa: PLR2004 - a redirect raised by Werkzeug is no error
        return error
    if error.code >= 500 and error.code != 503:  # noqa: PLR2004 - HTTP's own
        return _failed(error)
    if error.code == 401:  # noqa: PLR2004 - HTTP's own
        return _sign_in()
    response = _answer(_HTTP.get(error.code, _bad_request)(), error.code)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _csrf(error: CSRFError) -> Response:
    return _answer(_old_page(), 400)


def _refused(error: Refused) -> Response:
    response = _answer(words_of(error), error.status)
    if until := error.values.get("until"):
        response.headers["Retry-After"] = str(max(int((until - formats.now()).total_seconds()), 1))
    return response


def _invalid(error: Invalid) -> Response:
    """A form that its view did not show again: its errors are told, the page that held it is still there."""
    faults = [
        gettext("%(label)s : %(words)s", label=field.label.text, words=field.errors[0])
        for field in error.form
        if field.errors
    ]
    words = Words(gettext("Ce formulaire n’a pas été envoyé"), " ".join(faults), _kept_here(), bad=True)
    return _answer(words, TYPED)


def _failed(error: BaseException) -> Response:
    response = make_response(current_app.extensions["trialogue.500"], 500)
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    return response


def _sign_in() -> Response:
    """In place for htmx (its request is sent again afterwards); a page of its own otherwise, which comes back here."""
    if _from_htmx():
        return _aim(make_response(render_template("errors/_sign_in.html"), 401), "#dialog")
    next_url = request.full_path.rstrip("?") if request.method == "GET" else None
    return make_response(render_template("errors/401.html", next_url=next_url), 401)


def refused_beside(refused: Refused, again: Callable[..., Response]) -> Response:
    """What was refused, shown again by ``again(status, **context)``, and why.

    For htmx the reason stands in ``#notices``: a region is read again as soon as its text is folded, and what only an
    answer said of it goes then. A plain page has it in its place, as ``refused``.
    """
    words = words_of(refused)
    if not _from_htmx():
        return again(status=refused.status, refused=words)
    response = again(status=refused.status)
    response.data += render_template("errors/_beside.html", words=words).encode()
    return response


def _answer(words: Words, status: int) -> Response:
    if _from_htmx():
        return _aim(make_response(render_template("errors/_notice.html", words=words), status), "#notices")
    back = request.referrer if request.method != "GET" and _ours(request.referrer) else None
    return make_response(render_template("errors/page.html", words=words, status=status, back=back), status)


def _aim(response: Response, target: str) -> Response:
    response.headers["HX-Retarget"] = target
    response.headers["HX-Reswap"] = "innerHTML"
    response.headers["HX-Push-Url"] = "false"
    response.headers["Vary"] = "Cookie, HX-Request, HX-Request-Type"
    return response


def _from_htmx() -> bool:
    from webapp.pages import wants_fragment

    return wants_fragment()


def _ours(url: str | None) -> bool:
    return bool(url) and str(url).startswith(request.host_url)


def _static_page(app: Flask) -> str:
    page = (Path(app.root_path) / str(app.template_folder) / "errors" / "500.html").read_text(
        encoding="utf-8"
    )
    manifest = Path(str(app.static_folder)) / "manifest.json"
    built = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
    return page.replace("trialogue.css", built.get("trialogue.css", "trialogue.css"))


def plain(status: int) -> str:
    """The words of a fault on lines of their own, for an answer that is no page. In a request context."""
    words = _HTTP.get(status, _bad_request)()
    return "\n".join(said for said in (words.title, words.todo, words.kept) if said)


# -- the words -------------------------------------------------------------------------------------------------


def _kept_here() -> str:
    return gettext("Ce que vous avez écrit est encore dans la page.")


def _bad_request() -> Words:
    return Words(
        gettext("Cette demande n’a pas été comprise"),
        gettext("Rechargez la page, puis recommencez."),
        _kept_here(),
        bad=True,
    )


def _forbidden() -> Words:
    return Words(
        gettext("Votre rôle ne permet pas cet acte"),
        gettext("Si vous pensez qu’il le devrait, dites-le à la personne qui coordonne la mission."),
        gettext("Rien n’a été changé."),
    )


def _not_found() -> Words:
    return Words(
        gettext("Cette page n’existe pas, ou ne vous est pas ouverte"),
        gettext("Vérifiez l’adresse, ou repartez de ce qui vous attend."),
    )


def _method() -> Words:
    return Words(
        gettext("Cette adresse ne s’ouvre pas ainsi"),
        gettext("Repartez de la page d’où vous veniez."),
        gettext("Rien n’a été changé."),
    )


def _too_large() -> Words:
    if (most := request.max_content_length or 0) > LETTERS:
        return Words(
            gettext("C’est trop lourd pour être envoyé"),
            gettext("La limite est de %(size)s.", size=formats.size(most // LETTERS * LETTERS)),
            _kept_here(),
            bad=True,
        )
    return Words(
        gettext("C’est trop lourd pour être envoyé"),
        gettext("La limite est d’un million de caractères. Envoyez-le en plusieurs fois."),
        _kept_here(),
        bad=True,
    )


def _timeout() -> Words:
    return Words(
        gettext("L’envoi a pris trop de temps"),
        gettext("Vérifiez votre connexion, puis recommencez."),
        _kept_here(),
        bad=True,
    )


def _not_now() -> Words:
    return Words(
        gettext("Ce n’est plus possible pour l’instant"),
        gettext("La page a changé depuis que vous l’avez ouverte. Rechargez-la pour voir où elle en est."),
        _kept_here(),
    )


def _too_many() -> Words:
    return Words(
        gettext("Trop d’essais en peu de temps"),
        gettext("Attendez quelques minutes, puis recommencez."),
        _kept_here(),
    )


def _unavailable() -> Words:
    return Words(
        gettext("Ce n’a pas pu être enregistré"),
        gettext("Le service n’a pas répondu à temps. Recommencez dans un instant."),
        _kept_here(),
        bad=True,
    )


def _old_page() -> Words:
    return Words(
        gettext("Cette page est restée ouverte trop longtemps"),
        gettext("Copiez ce que vous y avez écrit, rechargez la page, puis recommencez."),
        gettext("Rien n’a été enregistré cette fois-ci."),
        bad=True,
    )


_HTTP: dict[int, Callable[[], Words]] = {
    400: _bad_request,
    403: _forbidden,
    404: _not_found,
    405: _method,
    408: _timeout,
    409: _not_now,
    410: _not_found,
    413: _too_large,
    422: _bad_request,
    429: _too_many,
    503: _unavailable,
}
