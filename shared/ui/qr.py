"""QR codes as inline SVG: black on white in both colour schemes, with the quiet zone that scanners need."""

import segno
from markupsafe import Markup

QUIET_ZONE_MODULES = 4


def qr_svg(text: str, label: str, *, error: str = "m") -> Markup:
    """Draw the text as a QR code that scales to its box and is announced by its label.

    Raises segno.DataOverflowError when no code is large enough.
    """
    code = segno.make(text, error=error, micro=False, boost_error=False)
    svg = code.svg_inline(border=QUIET_ZONE_MODULES, omitsize=True, dark="#000", light="#fff", svgclass="qr")
    frame = Markup('<span class="qr-frame" role="img" aria-label="{label}">{svg}</span>')
    return frame.format(label=label, svg=Markup(svg))  # noqa: S704 - segno draws modules, never the text itself
