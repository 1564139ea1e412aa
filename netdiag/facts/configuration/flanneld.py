"""flanneld's settings, which are options only.

https://github.com/flannel-io/flannel/blob/master/Documentation/configuration.md
"""

from __future__ import annotations

from collections.abc import Mapping

from netdiag.facts.values import flag_of, text_of
from netdiag.model.facts.configuration import FlanneldSettings
from netdiag.model.facts.source import Source


def read_flanneld(options: Mapping[str, str], source: Source) -> FlanneldSettings:
    """Return what flanneld was started with; options given several times come with commas."""
    regex = options.get("iface-regex")
    return FlanneldSettings(
        source=source,
        interfaces=tuple(name for name in options.get("iface", "").split(",") if name),
        interface_regex=(regex,) if regex else (),  # a comma may be part of it
        public_ip=text_of(options.get("public-ip")),
        ip_masq=flag_of(options.get("ip-masq")),
        kube_subnet_manager=flag_of(options.get("kube-subnet-mgr")),
    )
