"""The firm's seal, shown to its owners and replaced by them."""

from cryptography import x509
from cryptography.x509.oid import NameOID
from flask import Blueprint, Response, current_app, url_for
from flask_babel import lazy_gettext as _
from wtforms import PasswordField

from tenants.firm import seals
from tenants.firm.models import Firm
from tenants.policy import Do
from tenants.refusals import Incorrect
from webapp.access import actor, allows
from webapp.files import FileBox
from webapp.firm import load
from webapp.firm.views import hat
from webapp.formats import now
from webapp.forms import Form, Invalid
from webapp.pages import show
from webapp.printing import keys
from webapp.printing.words import of_seal

seal = Blueprint("seal", __name__, url_prefix="/firms/<uuid:firm_id>/seal")
CONTAINER = 200_000  # bytes of a PKCS#12 at most


class KeyForm(Form):
    """A PKCS#12 and its password. The password is used once and kept nowhere."""

    file = FileBox(_("Fichier de la clé (.p12 ou .pfx)"))
    password = PasswordField(_("Mot de passe de ce fichier"))


@seal.get("")
@allows(Do.FIRM_SEAL, load.firm)
def page(firm: Firm) -> Response:
    """The key in force."""
    return _page(firm, KeyForm(formdata=None))


@seal.post("")
@allows(Do.FIRM_SEAL, load.firm)
def replace(firm: Firm) -> Response:
    """Seal with this one from now on."""
    try:
        form = KeyForm.read()
        container = form.file.data.stream.read(CONTAINER)  # a longer one is cut, and does not open
        secret = current_app.extensions["trialogue"].secret
        key = keys.given(secret, firm.id, container, form.password.data or "", now())
        seals.replace(firm, key, by=actor())
    except Invalid as bad:
        return _page(firm, bad.form, status=422)
    except Incorrect as wrong:
        return _page(firm, form.refuse(wrong.values["field"], of_seal(wrong.name)).form, status=422)
    return _page(firm, KeyForm(formdata=None))


def _page(firm: Firm, form: Form, status: int = 200) -> Response:
    form.file.accept = ".p12,.pfx"
    found = seals.in_force(firm)
    return show(
        "printing/seal.html", "_seal.html", to=url_for("seal.page", firm_id=firm.id), status=status,
        firm=firm, found=found, names=_names(found.certificates) if found else None,
        authority=bool(current_app.extensions["trialogue"].tsa_url), form=form, hat=hat(firm),
    )  # fmt: skip


def _names(certificates: str) -> tuple[str, str]:
    """Of the certificate: in whose name, and who says so."""
    leaf = x509.load_pem_x509_certificates(certificates.encode())[0]
    return _common(leaf.subject), _common(leaf.issuer)


def _common(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()
