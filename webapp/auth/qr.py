"""The drawing that an application's camera reads: an image in the page, no request, no script."""

import segno


def drawing(uri: str) -> str:
    """A data: address of an SVG, black on white in both themes: cameras need the contrast."""
    found: str = segno.make(uri, error="m").svg_data_uri(scale=4, border=3, dark="#000", light="#fff")
    return found


def grouped(shared: str) -> str:
    """The same by hand, four characters at a time."""
    return " ".join(shared[i : i + 4] for i in range(0, len(shared), 4))
