"""Headers of every answer, and what refuses a request from elsewhere before anything reads it."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request
from flask_wtf import CSRFProtect

csrf = CSRFProtect()

# No inline script or style anywhere, so no nonce is needed.
POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "form-action 'self'; "
    "frame-ancestors 'none'; "
    "base-uri 'none'; "
    "object-src 'none'; "
    "manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # never no-referrer: the CSRF check over https wants one
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def init_app(app: Flask) -> None:
    """Protect every unsafe request, and dress every answer."""
    app.before_request(_same_site)
    csrf.init_app(app)
    app.after_request(_dress)


def _same_site() -> None:
    """An unsafe request that does not come from a page of ours is refused, token or not, before its body is read.

    ``none`` (a form sent again by « reload », an extension) says nothing of the page: like a browser that does not say,
    it is judged by Origin, which browsers send with every form. A request with neither is of no browser of today, so
    of no visitor who could be led here: the form's token alone decides, and what is exempt from that has a proof of its
    own in its address (a mail's last link) or is the demonstration's.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    site, origin = request.headers.get("Sec-Fetch-Site", "none"), request.headers.get("Origin")
    if site not in ("same-origin", "none") or (origin is not None and not same_origin(origin, request.host)):
        abort(403)


def same_origin(origin: str, host: str, *, https: bool | None = None) -> bool:
    """Whether the page that asks was served under the name that is asked; ``null`` is not. ``https``: only there (by
    default, where cookies are), since whoever holds the network can write a page of http."""
    secure = current_app.config["SESSION_COOKIE_SECURE"] if https is None else https
    try:
        asks = urlsplit(origin)
    except ValueError:  # « http://[ » and the like
        return False
    return bool(host) and asks.netloc == host and asks.scheme in ({"https"} if secure else {"http", "https"})


def _dress(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if request.endpoint == "static" and response.status_code == 200:  # noqa: PLR2004 - HTTP's own
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"  # names carry their hash
    else:
        response.headers["Cache-Control"] = "no-store"
    return response
