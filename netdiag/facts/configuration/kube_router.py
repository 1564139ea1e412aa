"""kube-router's settings, which are options only.

https://github.com/cloudnativelabs/kube-router/blob/master/docs/user-guide.md
"""

from __future__ import annotations

from collections.abc import Mapping

from netdiag.facts.values import flag_of
from netdiag.model.facts.configuration import KubeRouterSettings
from netdiag.model.facts.source import Source


def read_kube_router(options: Mapping[str, str], source: Source) -> KubeRouterSettings:
    """Return the settings; what is not given, or makes no sense, is the default."""
    return KubeRouterSettings(
        source=source,
        overlay=flag_of(options.get("enable-overlay")) is not False,
        overlay_type="full" if options.get("overlay-type") == "full" else "subnet",
        encapsulation="fou" if options.get("overlay-encap") == "fou" else "ipip",
    )
