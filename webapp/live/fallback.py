"""Where WebSocket does not pass: ``POST /live/<doc>`` carries the same frames, each after its u32 length, both ways.

STEP1 asks, once a post, what one lacks; STEP2 or UPDATE bring what the server lacks. The answer is STEP2, the server's
STEP1, and an ACK after the commit. ``navigator.sendBeacon`` posts an UPDATE as a page closes. Same doors, same
judgement, and limits of its own (``rates.Posts``): 429 says for how long to wait.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import psycopg

from webapp import errors
from webapp.live import frames
from webapp.live.doors import Refuse, door
from webapp.live.frames import STEP1, STEP2, UPDATE, Close, Fault, closed, frame
from webapp.live.joins import NoAccess, SignedOut, difference
from webapp.live.rates import PAUSE
from webapp.live.topics import Member

if TYPE_CHECKING:
    from webapp.live.gateway import Gateway

STATUS = {
    Close.SIGN_IN: 401,
    Close.NO_ACCESS: 403,
    Close.OLD_PAGE: 409,
    Close.TOO_LARGE: 413,
}

Message = dict[str, Any]


async def post(gateway: "Gateway", scope: Message, receive: Any, send: Any) -> None:
    """The ASGI application of one post. The body has been read already, within its limit (``guard``)."""
    if scope["method"] != "POST":
        await _answer(send, 405)
        return
    try:
        member = await _greeted(gateway, scope)
        doc = scope["path"].removeprefix("/live/")
        status, body = await _exchange(gateway, member, doc, await _body(receive))
    except Refuse as refused:
        await _answer(send, refused.status)
    except SignedOut:
        await _answer(send, 401)
    except NoAccess:
        await _answer(send, 403)
    except Fault as fault:
        await _refuse(gateway, scope, send, fault)
    except (psycopg.Error, TimeoutError):
        await _answer(send, 503)
    else:
        kind = b"application/json" if status == 410 else b"application/octet-stream"  # noqa: PLR2004 - Gone
        await _answer(send, status, body, kind)


async def _greeted(gateway: "Gateway", scope: Message) -> Member:
    """Who posts. The database is asked only for who has not posted too much."""
    opened = door(scope, https=gateway.https)
    if isinstance(opened, Fault):
        raise opened
    if not gateway.posts.knock(opened.token):
        raise Fault(Close.RATE)
    member = Member(opened.token, opened.slug, opened.page)
    member.standing = await gateway.asking.greet(member.token, member.slug, member.page)
    return member


async def _refuse(gateway: "Gateway", scope: Message, send: Any, fault: Fault) -> None:
    """What a browser can act on, by status. Too much is said in words, and for how long to wait (seconds)."""
    if fault.code == Close.RATE:
        await _answer(send, 429, _too_many(gateway, scope), more=[(b"retry-after", b"%d" % PAUSE)])
    else:
        await _answer(send, STATUS.get(fault.code, 400), fault.reason.encode())


async def _exchange(gateway: "Gateway", member: Member, doc: str, body: bytes) -> tuple[int, bytes]:
    sent = [frames.parse(part) for part in _parts(body)]
    if not sent or any(name != doc or kind not in (STEP1, STEP2, UPDATE) for kind, name, _ in sent):
        raise Fault(Close.MALFORMED)
    if sum(kind == STEP1 for kind, *_ in sent) > 1:
        raise Fault(Close.MALFORMED, "comparisons")
    rates = gateway.posts.of(member.standing.actor.person_id)
    if not all((rates.updates if kind == UPDATE else rates.joins).take() for kind, *_ in sent):
        raise Fault(Close.RATE)
    opened = (await gateway.asking.documents(member, [doc]))[doc]
    if opened.why is not None:
        return 410, closed(doc, opened.why, opened.following).encode()
    out: list[bytes] = []
    for kind, _, payload in sent:
        if kind == STEP1:
            if payload and not frames.is_vector(payload):
                raise Fault(Close.BAD_UPDATE, "vector")
            lacks, state = await difference(opened, payload)
            out += [frame(STEP2, doc, lacks), frame(STEP1, doc, state)]
        else:
            n, data = frames.numbered(payload)
            why = await gateway.writing.bring(member, opened, data, whole=kind == STEP2)
            if why is not None:
                return 410, closed(doc, *why).encode()
            out.append(frames.ack(doc, n))
    return 200, b"".join(len(part).to_bytes(4, "big") + part for part in out)


def _parts(body: bytes) -> list[bytes]:
    """The frames of a body. Raises Fault when a length lies."""
    parts, at = [], 0
    while at < len(body):
        length = int.from_bytes(body[at : at + 4], "big")
        part = body[at + 4 : at + 4 + length]
        if len(part) != length or not length:
            raise Fault(Close.MALFORMED, "length")
        parts.append(part)
        at += 4 + length
    return parts


async def _body(receive: Any) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return bytes(body)


def _too_many(gateway: "Gateway", scope: Message) -> bytes:
    """What a page would say, in the language that the browser asks for; the page's own line says where its text is."""
    asked = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    with gateway.app.test_request_context(headers={"Accept-Language": asked}):
        return errors.plain(429).encode()


async def _answer(
    send: Any,
    status: int,
    body: bytes = b"",
    kind: bytes = b"text/plain; charset=utf-8",
    more: Iterable[tuple[bytes, bytes]] = (),
) -> None:
    headers = [
        *more,
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
