"""Where one may be sent after signing in: a path of this site, nothing else."""

from urllib.parse import unquote, urljoin, urlsplit

BASE = "https://trialogue.invalid"
LONGEST = 2000
NEVER = ("/sign-in", "/sign-out")


def safe(asked: str | None) -> str:
    """The path asked for, or « / »: judged on the final address, as browsers read it, and once more decoded."""
    if not asked or len(asked) > LONGEST or not (_ours(asked) and _ours(unquote(asked))):
        return "/"
    path = urlsplit(asked).path
    return "/" if any(path == p or path.startswith(f"{p}/") for p in NEVER) else asked


def _ours(address: str) -> bool:
    """One slash first, no backslash and nothing invisible: browsers drop some of it, and turn the other round."""
    if (
        not address.startswith("/")
        or address.startswith("//")
        or "\\" in address
        or not address.isprintable()
    ):
        return False
    try:
        final = urlsplit(urljoin(BASE, address))
    except ValueError:
        return False
    return f"{final.scheme}://{final.netloc}" == BASE
