"""kube-proxy's settings: its options, or a KubeProxyConfiguration, as its ConfigMap has it.

https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from netdiag.facts.documents import read_object
from netdiag.facts.parsed import Parsed
from netdiag.facts.values import flag_of, mapping_of, text_of
from netdiag.model.facts.configuration import KubeProxySettings
from netdiag.model.facts.source import Source

CONFIGURATION_KIND: Final = "KubeProxyConfiguration"


def parse_kube_proxy(data: bytes, document: str, key: str = "") -> Parsed[KubeProxySettings]:
    """Return what a KubeProxyConfiguration says; ``key`` is its place in the document."""
    found, problems = read_object(data)
    if found is None:
        return Parsed((), problems)
    if found.get("kind", CONFIGURATION_KIND) != CONFIGURATION_KIND:
        return Parsed((), (*problems, "is no KubeProxyConfiguration"))
    mode = found.get("mode")
    settings = KubeProxySettings(
        source=Source(document, key),
        mode=mode.lower() if isinstance(mode, str) else None,
        cluster_cidr=text_of(found.get("clusterCIDR")),
        masquerade_all=flag_of(mapping_of(found.get("iptables")).get("masqueradeAll")),
    )
    return Parsed((settings,), problems)


def read_kube_proxy(options: Mapping[str, str], source: Source) -> KubeProxySettings:
    """Return what kube-proxy was started with."""
    return KubeProxySettings(
        source=source,
        mode=options.get("proxy-mode"),
        cluster_cidr=text_of(options.get("cluster-cidr")),
        masquerade_all=flag_of(options.get("masquerade-all")),
    )
