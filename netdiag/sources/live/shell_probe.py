"""Shell scripts for nodes without Python: one for people to run, one that stands in for a probe.

Both ask nodes the same (``questions.sh``).
"""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import Final

_QUESTIONS: Final = "questions.sh"


def collect_script() -> str:
    """Return the script that ``netdiag collect --script`` prints."""
    return _whole("collect.sh")


@functools.cache
def shell_probe() -> bytes:
    """Return what is sent in place of a probe; it has some of its commands."""
    return _whole("probe.sh").encode()


def _whole(name: str) -> str:
    folder = files("netdiag.sources.live")
    questions = folder.joinpath(_QUESTIONS).read_text("utf-8")
    return folder.joinpath(name).read_text("utf-8").replace(f". ./{_QUESTIONS}\n", questions)
