"""The text of the agreement and its signatures: what is written, what is out for signature, what is in force."""

from typing import Any

from flask import Blueprint, g, render_template

from tenants.mission.agreement import signing, terms, versions
from tenants.mission.agreement.canonical import of_bytes
from tenants.mission.agreement.versions_models import AgreementVersion, Terms
from tenants.mission.queries import Frame
from tenants.policy import Do
from tenants.refusals import Incorrect, Stale
from webapp import access, files
from webapp.access import allows
from webapp.errors import words_of
from webapp.forms import Form, Invalid
from webapp.mission.agreement import binding_load, load, shown, version_shown
from webapp.mission.agreement.binding_forms import HashForm, PaperForm
from webapp.pages import go, show

pages = Blueprint(
    "agreement_versions", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/agreement"
)
own = Blueprint("agreement_own", __name__, url_prefix="/<company>/agreements")
PAGE = "mission/agreement/versions.html"
ONE = "mission/agreement/version.html"


@pages.get("/version")
@allows(Do.MISSION_SEE, load.reading)
def index(frame: Frame) -> Any:
    """The version that is out, or what is being written, or what is in force."""
    return show(PAGE, "_versions.html", **version_shown.page(frame))


@pages.post("/version")
@allows(Do.VERSION_PROPOSE, binding_load.rules)
def propose(row: Terms) -> Any:
    """Freeze what was read as the next version."""
    frame: Frame = g.frame
    form = HashForm.read()
    exact = versions.drafted(frame, row, terms.texts(terms.clauses(frame.id)))
    if row.open and exact.hash != form.hash.data:
        raise Stale("version.moved")
    signing.propose(row, frame, by=access.actor())
    return go("agreement_versions.index", mission_id=frame.id)


@pages.get("/paper")
@allows(Do.VERSION_PROPOSE, binding_load.rules)
def paper(row: Terms) -> Any:
    """What was signed elsewhere: the file, and what mentor and mentee will confirm."""
    return _paper(g.frame, PaperForm(formdata=None))


@pages.post("/paper")
@allows(Do.VERSION_PROPOSE, binding_load.rules)
@files.uploads
def bring_paper(row: Terms) -> Any:
    """The file is kept, the rules and the matrix entered go to mentor and mentee."""
    frame: Frame = g.frame
    terms.take(row, frame)
    try:
        form = PaperForm.read()
        kept = files.receive(
            form.file.data,
            id=form.file_id.data,
            frame=frame,
            zone_id=row.zone_id,
            purpose="paper",
            by=access.actor(),
        )
    except Invalid as bad:
        return _paper(frame, bad.form, 422)
    except Incorrect as wrong:
        form.refuse("file", words_of(wrong).title)
        return _paper(frame, form, 422)
    signing.propose(row, frame, by=access.actor(), paper=kept)
    return go("agreement_versions.index", mission_id=frame.id)


@pages.post("/amendment")
@allows(Do.TERMS_WRITE, binding_load.rules)
def amend(row: Terms) -> Any:
    """What is in force is written again."""
    Form.read()
    terms.amend(row, g.frame, by=access.actor())
    return go("agreement_rules.index", mission_id=row.mission_id)


@pages.get("/versions/<uuid:version_id>")
@allows(Do.VERSION_READ, binding_load.version)
def one(version: AgreementVersion) -> Any:
    """One version, whatever became of it."""
    return show(ONE, "_version.html", **of_version(version))


@own.get("/<uuid:version_id>")
@allows(Do.VERSION_OWN, binding_load.own)
def kept(found: binding_load.Own) -> Any:
    """What one has signed, also once one has left: its text, and the signatures that stand on it."""
    return render_template(
        "mission/agreement/own.html", **version_shown.own(found.told, of_bytes(found.told["canonical"]))
    )


def _paper(frame: Frame, form: PaperForm, status: int = 200) -> Any:
    context = {**shown.frame_of(frame), "form": form, "w": version_shown.writing(frame)}
    return show("mission/agreement/paper.html", None, status=status, **context)


def of_version(version: AgreementVersion, **more: Any) -> dict[str, Any]:
    """What ``version.html`` and its part need."""
    frame: Frame = g.frame
    form = more.pop("form", None)
    return {**shown.frame_of(frame), "v": version_shown.one(frame, version, form), "alone": True, **more}
