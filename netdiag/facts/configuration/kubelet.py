"""kubelet's settings: its options, the files that hold them, and its configuration file.

https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from netdiag.facts.configuration.options import read_options, split_words
from netdiag.facts.documents import read_object
from netdiag.facts.parsed import Parsed
from netdiag.facts.values import prefix_of, text_of
from netdiag.model.facts.configuration import KubeletSettings
from netdiag.model.facts.source import Source

CONFIGURATION_KIND: Final = "KubeletConfiguration"
_ASSIGNMENT: Final = re.compile(
    r"^[ \t]*(?:export[ \t]+|Environment=)?(?P<quote>[\"']?)(?P<name>\w+)=(?P<value>.*)$",
    re.MULTILINE,
)


def parse_kubelet_env(text: str, document: str) -> Parsed[KubeletSettings]:
    """Return the options in kubeadm-flags.env, ``/etc/default/kubelet`` or a unit's drop-in."""
    words: list[str] = []
    for match in _ASSIGNMENT.finditer(text.replace("\\\n", " ")):
        value = match["value"].strip()
        quote = match["quote"] or (value[:1] if value[:1] in ("'", '"') else "")
        inner = value.removeprefix(quote) if not match["quote"] else value
        words += split_words(inner.removesuffix(quote) if quote else inner)
    options = read_options(words)
    if not options:
        return Parsed(())
    return Parsed((read_kubelet(options, Source(document)),))


def parse_kubelet_configuration(
    data: bytes, document: str, key: str = ""
) -> Parsed[KubeletSettings]:
    """Return what a KubeletConfiguration says; ``key`` is its place in the document."""
    found, problems = read_object(data)
    if found is None:
        return Parsed((), problems)
    if found.get("kind", CONFIGURATION_KIND) != CONFIGURATION_KIND:
        return Parsed((), (*problems, "is no KubeletConfiguration"))
    settings = KubeletSettings(
        source=Source(document, key),
        pod_cidr=_pod_cidr(found.get("podCIDR")),
        hairpin_mode=text_of(found.get("hairpinMode")),
    )
    return Parsed((settings,), problems)


def read_kubelet(options: Mapping[str, str], source: Source) -> KubeletSettings:
    """Return what kubelet was started with."""
    return KubeletSettings(
        source=source,
        network_plugin=text_of(options.get("network-plugin")),
        pod_cidr=_pod_cidr(options.get("pod-cidr")),
        non_masquerade_cidr=prefix_of(options.get("non-masquerade-cidr")),
        hairpin_mode=text_of(options.get("hairpin-mode")),
        node_ip=text_of(options.get("node-ip")),
        cni_conf_dir=text_of(options.get("cni-conf-dir")),
    )


def _pod_cidr(value: object) -> str | None:
    """Return the prefix; with two families, as it is written: with a comma."""
    if isinstance(value, str) and "," in value:
        return value if all(prefix_of(part) for part in value.split(",")) else None
    return prefix_of(value)
