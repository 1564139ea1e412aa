"""Google's kubectl: at each of its starts it asks the server for its version, to run the kubectl
of that version that lies beside it. Where there are many starts, that is asked for once.

https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Final

from netdiag.sources.kubernetes.kubectl import Kubectl
from netdiag.sources.kubernetes.refusals import KubectlError

_DIGITS: Final = re.compile(r"\d{1,3}")


class Direct:
    """What kubectl would run, asked for while other things are."""

    def __init__(self, kubectl: Kubectl) -> None:
        """Ask, if it is such a kubectl."""
        self._kubectl = kubectl
        self._programs = _beside(kubectl.program)
        self._request = kubectl.get("/version") if self._programs else None

    def kubectl(self) -> Kubectl:
        """Return that one; the same, if there is none or it is not known."""
        if self._request is None:
            return self._kubectl
        try:
            told = self._request.object()
        except KubectlError:
            return self._kubectl
        version = tuple(_number(told.get(key)) for key in ("major", "minor"))
        return replace(self._kubectl, program=self._programs.get(version, self._kubectl.program))

    def give_up(self) -> None:
        """Ask no longer."""
        if self._request is not None:
            self._request.give_up()


def _beside(program: str) -> dict[tuple[str, ...], str]:
    """Return the programs that such a kubectl has to choose from, by their versions."""
    found = shutil.which(program)
    if found is None:
        return {}
    path = Path(os.path.realpath(found))
    others = path.parent.glob(f"{path.name}.[0-9]*.[0-9]*")
    return {
        tuple(each.name.removeprefix(f"{path.name}.").split(".")): str(each)
        for each in others
        if os.access(each, os.X_OK)
    }


def _number(told: object) -> str:
    """Return the digits that a part of a version begins with: ``31`` of ``31+``."""
    found = _DIGITS.match(told) if isinstance(told, str) else None
    return found[0] if found else ""
