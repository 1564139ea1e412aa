"""What terminals and editors add to a text is taken away: colours, titles, marks, UTF-16."""

from __future__ import annotations

import codecs
import re
from typing import Final

_SEQUENCES: Final = re.compile(
    rb"\x1b(?:"
    rb"\[[0-?]{0,64}[ -/]{0,8}[@-~]"  # CSI: colours, bracketed paste
    rb"|\][^\x07\x1b\n]{0,1000}(?:\x07|\x1b\\)?"  # OSC: the window's title
    rb"|[ -/]{1,4}[0-~]"  # character sets
    rb"|[0-Z\\^-~])"
)
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def readable(data: bytes) -> bytes:
    """Return a document as plain UTF-8 with Unix lines; of most it is the same bytes.

    ``ip -c`` and ``script`` write escape sequences (ECMA-48), Windows' shells save UTF-16.
    """
    if data.startswith(_UTF_16):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\x1b" in data:
        data = _SEQUENCES.sub(b"", data)
    return data.replace(b"\r", b"") if b"\r" in data else data
