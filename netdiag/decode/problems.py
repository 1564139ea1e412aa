"""What can be wrong with one packet, as small numbers for the decoder and as words for people."""

from __future__ import annotations

from netdiag.model.layers import LAYER_NAMES, MAX_ENCAPSULATIONS, MAX_LAYERS

NO_PROBLEM = 0
CUT = 1
SHORT = 2
BAD_VERSION = 3
BAD_HEADER_LENGTH = 4
BAD_LENGTH = 5
OVERLONG = 6
TOO_DEEP = 7
TOO_MANY_LAYERS = 8
NO_VNI_FLAG = 9

_TEXTS = {
    CUT: "the capture ends inside the {layer} header",
    SHORT: "the packet ends inside the {layer} header",
    BAD_VERSION: "the {layer} header has a wrong version",
    BAD_HEADER_LENGTH: "the {layer} header gives itself an impossible length",
    BAD_LENGTH: "the {layer} header's length field is smaller than the header",
    OVERLONG: "the {layer} header's length field is larger than the packet",
    TOO_DEEP: f"more than {MAX_ENCAPSULATIONS} tunnels inside each other",
    TOO_MANY_LAYERS: f"more than {MAX_LAYERS} headers",
    NO_VNI_FLAG: "the {layer} header has no I flag, so a receiver drops it",
}


def problem_text(problem: int, layer: int) -> str | None:
    """Return the sentence for a problem found at a layer, None for ``NO_PROBLEM``."""
    if problem == NO_PROBLEM:
        return None
    return _TEXTS[problem].format(layer=LAYER_NAMES[layer] or "link")
