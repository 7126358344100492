"""Headers of every answer, and what refuses a request from elsewhere before anything reads it."""

from flask import Flask, Response, abort, request
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
    csrf.init_app(app)
    app.before_request(_same_site)
    app.after_request(_dress)


def _same_site() -> None:
    """An unsafe request that a browser says comes from another site is refused, token or not."""
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None and site not in ("same-origin", "none"):
            abort(403)


def _dress(response: Response) -> Response:
    from flask import current_app

    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if request.endpoint == "static" and response.status_code == 200:  # noqa: PLR2004 - HTTP's own
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"  # names carry their hash
    else:
        response.headers["Cache-Control"] = "no-store"
    return response
