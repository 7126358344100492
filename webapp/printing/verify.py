"""« Vérifier un fichier »: open to anybody who holds one. It says what that is, and keeps nothing of it."""

from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask_babel import lazy_gettext as _

from webapp.access import public
from webapp.files import FileBox, uploads
from webapp.forms import Form, Invalid
from webapp.pages import show, wants_fragment
from webapp.printing import verdict
from webapp.printing.pace import Pace
from webapp.printing.verdict import Verdict

verify = Blueprint("verify", __name__, url_prefix="/verify")
OFTEN, AT_ONCE = 12, 2  # a minute and an address; a process


class VerifyForm(Form):
    """One file."""

    file = FileBox(_("Fichier PDF"))


@verify.get("")
@public
def page() -> Response:
    """The form."""
    return _page(VerifyForm(formdata=None))


@verify.post("")
@public
@uploads
def check() -> Response:
    """What the file is. Answers 200 whatever it is: nothing was changed, and a plain form shows the answer."""
    _pace().take(request.remote_addr or "")
    try:
        form = VerifyForm.read()
    except Invalid as bad:
        return _page(bad.form, status=422)
    with _pace().turn():
        found = verdict.of(form.file.data.stream)
    return _page(VerifyForm(formdata=None), found, form.file.data.filename)


def _page(form: Form, found: Verdict | None = None, name: str | None = None, status: int = 200) -> Response:
    form.file.accept = ".pdf"
    values: dict[str, Any] = {"form": form, "verdict": found, "name": name, "action": url_for("verify.check")}
    if found is not None and not wants_fragment():
        # a plain post is answered by the page itself: there is no address that one could come back to
        answer = make_response(render_template("printing/verify.html", **values))
        answer.headers["Vary"] = "Cookie, HX-Request, HX-Request-Type"
        return answer
    return show("printing/verify.html", "_verify.html", status=status, **values)


def _pace() -> Pace:
    found: Pace = current_app.extensions.setdefault("trialogue.verify", Pace(OFTEN, AT_ONCE))
    return found
