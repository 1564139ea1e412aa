"""Which fields of the cluster's objects may get into a bundle: those of a list, and nothing else.

No environment, no Secrets, no annotations but those of network plugins, no options of programs but
those that say how packets go. Letters of keys may be of any case, as Go reads them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

Shape = Mapping[str, Any]
"""By key in small letters: another shape, or ``WHOLE``."""

WHOLE: Final = None
"""Text, numbers, and lists of these: what is nested is left out."""
EACH: Final = "*"
"""In a shape: any key."""


def _of(*keys: str, **nested: Shape | None) -> dict[str, Any]:
    return dict.fromkeys((key.lower() for key in keys), WHOLE) | {
        key.lower(): shape for key, shape in nested.items()
    }


_NAMED: Final[dict[str, Any]] = _of("name", "namespace", "uid", "creationTimestamp", "generation")
_CONDITIONS: Final = _of("type", "status", "reason")
_PLUGINS_NOTES: Final = _of(
    "flannel.alpha.coreos.com/backend-type", "flannel.alpha.coreos.com/backend-data",
    "flannel.alpha.coreos.com/public-ip", "flannel.alpha.coreos.com/public-ip-overwrite",
    "flannel.alpha.coreos.com/kube-subnet-manager",
    "projectcalico.org/IPv4Address", "projectcalico.org/IPv6Address", "projectcalico.org/ASNumber",
    "projectcalico.org/IPv4IPIPTunnelAddr", "projectcalico.org/IPv4VXLANTunnelAddr",
    "projectcalico.org/IPv4WireguardInterfaceAddr",
    "network.cilium.io/ipv4-cilium-host", "io.cilium.network.ipv4-cilium-host",
    "k8s.v1.cni.cncf.io/network-status", "k8s.v1.cni.cncf.io/networks-status",
    "cni.projectcalico.org/podIP", "cni.projectcalico.org/podIPs",
)  # fmt: skip
_BACKEND: Final = _of(
    "Type", "VNI", "Port", "DirectRouting", "GBP", "Learning", "MTU", "ListenPort", "Mode",
    "PersistentKeepaliveInterval",
)  # fmt: skip
_RANGES: Final = _of("subnet", "range", "rangeStart", "rangeEnd", "gateway")
_IPAM: Final = _of("type", "subnet", "range", "assign_ipv4", "assign_ipv6",
                   ranges=_RANGES, ipRanges=_RANGES)  # fmt: skip
_PLUGIN: Final[dict[str, Any]] = _of(
    "type", "name", "cniVersion", "master", "bridge", "mode", "mtu", "vlan", "vlanId",
    "isGateway", "isDefaultGateway", "ipMasq", "hairpinMode", "promiscMode", "clusterNetwork",
    "datastore_type", "nodename", ipam=_IPAM, capabilities=_of("portMappings", "bandwidth"),
)  # fmt: skip
_SELECTOR: Final = _of(matchLabels=_of(EACH), matchExpressions=_of("key", "operator", "values"))
_PEER: Final = _of(
    podSelector=_SELECTOR, namespaceSelector=_SELECTOR, ipBlock=_of("cidr", "except")
)
_PORTS: Final = _of("port", "endPort", "protocol")

OBJECTS: Final[Mapping[str, Shape]] = {
    "Node": _of(
        metadata=_NAMED | _of(annotations=_PLUGINS_NOTES, labels=_of(
            "kubernetes.io/os", "kubernetes.io/arch", "kubernetes.io/hostname",
            "topology.kubernetes.io/zone", "topology.kubernetes.io/region")),
        spec=_of("podCIDR", "podCIDRs", "unschedulable"),
        status=_of(
            addresses=_of("type", "address"), conditions=_CONDITIONS,
            nodeInfo=_of("architecture", "containerRuntimeVersion", "kernelVersion",
                         "kubeProxyVersion", "kubeletVersion", "operatingSystem", "osImage")),
    ),
    "Pod": _of(
        metadata=_NAMED | _of(annotations=_PLUGINS_NOTES, labels=_of(EACH)),
        spec=_of("nodeName", "hostNetwork", containers=_of("name")),
        status=_of("phase", "podIP", "hostIP", "startTime", podIPs=_of("ip"),
                   conditions=_CONDITIONS,
                   containerStatuses=_of("name", "containerID", "ready", "restartCount")),
    ),
    "ConfigMap": _of(metadata=_NAMED, data=_of("calico_backend", "veth_mtu", "canal_iface",
                                               "masquerade")),
    "DaemonSet": _of(
        metadata=_NAMED,
        spec=_of(template=_of(spec=_of(containers=_of("name", "image")))),
        status=_of("currentNumberScheduled", "desiredNumberScheduled", "numberReady",
                   "updatedNumberScheduled"),
    ),
    "IPPool": _of(
        metadata=_NAMED,
        spec=_of("cidr", "ipipMode", "vxlanMode", "natOutgoing", "nat-outgoing", "disabled",
                 "blockSize", "nodeSelector", "allowedUses", ipip=_of("enabled", "mode")),
    ),
    "FelixConfiguration": _of(metadata=_NAMED, spec=_of(
        "bpfEnabled", "ipipEnabled", "ipipMTU", "vxlanEnabled", "vxlanMTU", "vxlanMTUV6",
        "vxlanPort", "vxlanVNI", "wireguardEnabled", "wireguardEnabledV6", "wireguardMTU",
        "wireguardListeningPort", "interfacePrefix", "mtuIfacePattern", "iptablesBackend",
        "chainInsertMode", "defaultEndpointToHostAction", "deviceRouteSourceAddress",
        "externalNodesList", "natOutgoingAddress")),
    "NetworkPolicy": _of(metadata=_NAMED, spec=_of(
        "policyTypes", podSelector=_SELECTOR,
        ingress=_of(**{"from": _PEER}, ports=_PORTS), egress=_of(to=_PEER, ports=_PORTS))),
}  # fmt: skip
"""Of objects of each kind."""

TEXTS: Final[Mapping[str, Shape]] = {
    "net-conf.json": _of("Network", "IPv6Network", "EnableIPv4", "EnableIPv6", "EnableNFTables",
                         "SubnetLen", "SubnetMin", "SubnetMax", Backend=_BACKEND),
    "cni-conf.json": _PLUGIN | _of(plugins=_PLUGIN | _of(delegate=_PLUGIN)),
    "cni_network_config": _PLUGIN | _of(plugins=_PLUGIN | _of(delegate=_PLUGIN)),
    "config.conf": _of("kind", "apiVersion", "mode", "clusterCIDR", "detectLocalMode",
                       "nodePortAddresses", iptables=_of("masqueradeAll", "masqueradeBit"),
                       ipvs=_of("scheduler", "strictARP")),
}  # fmt: skip
"""Of JSON and YAML within ConfigMaps, by their keys."""

OPTIONS: Final = frozenset((
    "iface", "iface-regex", "iface-can-reach", "public-ip", "ip-masq", "kube-subnet-mgr",
    "proxy-mode", "cluster-cidr", "masquerade-all", "enable-overlay", "overlay-type",
    "overlay-encap", "run-router", "run-firewall", "run-service-proxy",
))  # fmt: skip
"""Of programs in DaemonSets."""

MOST_TEXT: Final = 262_144
_MOST_DEPTH: Final = 12


def allowed(told: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return what may be kept of an object; nothing of one of another kind."""
    shape = OBJECTS.get(kind)
    if shape is None:
        return {}
    kept: dict[str, Any] = {"apiVersion": told.get("apiVersion"), "kind": kind}
    kept |= _kept(told, shape, 0)
    if kind == "ConfigMap":
        kept["data"] = {**_table(kept.get("data")), **dict(_texts(told.get("data")))}
    if kind == "DaemonSet":
        _add_options(kept, told)
    return kept


def _kept(told: Any, shape: Shape | None, depth: int) -> Any:
    if isinstance(told, list):
        inner = (_kept(each, shape, depth + 1) for each in told)
        return [each for each in inner if each is not None] if depth < _MOST_DEPTH else None
    if isinstance(told, dict):
        if shape is WHOLE:
            return None
        found = {
            key: _kept(value, shape.get(key.lower(), shape.get(EACH)), depth + 1)
            for key, value in told.items()
            if isinstance(key, str) and (key.lower() in shape or EACH in shape)
        }
        return {key: value for key, value in found.items() if value is not None}
    return told if shape is WHOLE else None


def _texts(data: Any) -> Iterator[tuple[str, str]]:
    """Yield the configuration files in a ConfigMap, as JSON; not what cannot be read."""
    for key, text in data.items() if isinstance(data, dict) else ():
        shape = TEXTS.get(key)
        if shape is None or not isinstance(text, str) or len(text) > MOST_TEXT:
            continue
        told = _read(text)
        if isinstance(told, dict):
            yield key, json.dumps(_kept(told, shape, 0))


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    import yaml  # late: traces wait for what comes before

    try:
        return None if re.search(r"[&*]\w", text) else yaml.safe_load(text)  # aliases may explode
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _add_options(kept: dict[str, Any], told: Mapping[str, Any]) -> None:
    """Add the commands of a DaemonSet's containers: the program, and options of the list."""
    for key in ("spec", "template", "spec"):
        kept, told = _table(kept.get(key)), _table(told.get(key))
    for mine, theirs in zip(_list(kept, "containers"), _list(told, "containers"), strict=False):
        if not isinstance(mine, dict) or not isinstance(theirs, dict):
            return
        command = [word for word in _list(theirs, "command") if isinstance(word, str)]
        words = command[1:] + [word for word in _list(theirs, "args") if isinstance(word, str)]
        mine["command" if command else "args"] = [*command[:1], *_options(words)]


def _options(words: Iterable[str]) -> Iterator[str]:
    takes_next = False
    for word in words:
        name, equals, _ = word.lstrip("-").partition("=")
        is_option = word.startswith("-")
        if (is_option and name in OPTIONS) or (not is_option and takes_next):
            yield word
        takes_next = is_option and name in OPTIONS and not equals


def _table(told: Any) -> dict[str, Any]:
    return told if isinstance(told, dict) else {}


def _list(told: Mapping[str, Any], key: str) -> list[Any]:
    listed = told.get(key)
    return listed if isinstance(listed, list) else []
