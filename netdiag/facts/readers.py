"""All parsers, by the form of the documents that they read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from netdiag.facts.activity.command_lines import parse_command_lines
from netdiag.facts.activity.connect_log import parse_connect_log
from netdiag.facts.activity.conntrack import parse_conntrack
from netdiag.facts.activity.ethtool import parse_ethtool
from netdiag.facts.activity.ipvs import parse_ipvs
from netdiag.facts.activity.kernel_log import parse_kernel_log
from netdiag.facts.activity.mtu_sweeps import parse_mtu_sweeps
from netdiag.facts.activity.ping_log import parse_ping_log
from netdiag.facts.activity.queues import parse_queues
from netdiag.facts.activity.silent_pings import parse_silent_pings
from netdiag.facts.activity.snmp import parse_snmp
from netdiag.facts.activity.sockets import parse_sockets
from netdiag.facts.activity.sysctls import parse_sysctls
from netdiag.facts.activity.traced_pods import parse_traced_pods
from netdiag.facts.activity.wireguard import parse_wireguard
from netdiag.facts.configuration.calico import parse_calico_mtu
from netdiag.facts.configuration.calicoctl import parse_calicoctl_pools
from netdiag.facts.configuration.cni import parse_cni
from netdiag.facts.configuration.docker import parse_daemon_json
from netdiag.facts.configuration.flannel import parse_net_conf, parse_subnet_env
from netdiag.facts.configuration.flannel_etcd import parse_etcdctl
from netdiag.facts.configuration.kubelet import parse_kubelet_configuration, parse_kubelet_env
from netdiag.facts.firewall.ipset import parse_ipset
from netdiag.facts.firewall.iptables_list import parse_iptables_list
from netdiag.facts.firewall.iptables_save import parse_iptables_save
from netdiag.facts.firewall.nft import parse_nft
from netdiag.facts.kernel.arp_text import parse_arp
from netdiag.facts.kernel.brctl_text import parse_brctl_bridges, parse_brctl_show
from netdiag.facts.kernel.bridge_fdb import parse_bridge_fdb, parse_fdb_json
from netdiag.facts.kernel.bridge_link import parse_bridge_link, parse_bridge_ports_json
from netdiag.facts.kernel.ifconfig_text import parse_ifconfig_addresses, parse_ifconfig_links
from netdiag.facts.kernel.ip_addr import parse_addresses_json
from netdiag.facts.kernel.ip_addr_text import parse_ip_addr
from netdiag.facts.kernel.ip_link import parse_links_json
from netdiag.facts.kernel.ip_link_text import parse_ip_link
from netdiag.facts.kernel.ip_neigh import parse_ip_neigh, parse_neighbours_json
from netdiag.facts.kernel.ip_route import parse_routes_json
from netdiag.facts.kernel.ip_route_text import parse_ip_route
from netdiag.facts.kernel.ip_rule import parse_ip_rule, parse_rules_json
from netdiag.facts.kernel.route_n_text import parse_route_n
from netdiag.facts.kubernetes.by_kind import parse_kubernetes
from netdiag.facts.kubernetes.kubectl_tables import parse_kubectl_table
from netdiag.facts.parsed import Parsed
from netdiag.model.facts.configuration import Configuration

CONFIGURATION = "configuration"
"""What such pieces are is told by their types."""

MAX_HOSTNAME = 253

Reader = Callable[[str, str, int], Parsed[Any]]
"""Text, document, number of its first line."""

JsonReader = Callable[[bytes, str], Parsed[Any]]


def _read_hostname(text: str, document: str, first_line: int) -> Parsed[str]:
    name = text.strip().partition("\n")[0].strip()
    return Parsed((name,)) if len(name) <= MAX_HOSTNAME else Parsed((), ("is no host name",))


def _read_ethtool(text: str, document: str, first_line: int) -> Parsed[tuple[str, dict[str, str]]]:
    """Read what ethtool says of the device that the document's name names."""
    device = document.rpartition("/")[2].partition("ethtool_")[2].rpartition(".")[0]
    parsed = parse_ethtool(text, document, first_line)
    return Parsed(((device, dict(parsed.items)),), parsed.problems)


def _read_calico_mtu(text: str, document: str, first_line: int) -> Parsed[Configuration]:
    parsed = parse_calico_mtu(text, document)
    items = tuple(Configuration(calico_mtu=mtu) for mtu in parsed.items)
    return Parsed(items, parsed.problems)


def _without_lines(read: Callable[[str, str], Parsed[Any]]) -> Reader:
    return lambda text, document, _: read(text, document)


def _of_bytes(read: JsonReader) -> Reader:
    return lambda text, document, _: read(text.encode(), document)


JSON_READERS: Mapping[str, tuple[tuple[str, JsonReader], ...]] = {
    "ip_link": (("links", parse_links_json),),
    "ip_addr": (("addresses", parse_addresses_json), ("links", parse_links_json)),
    "ip_route": (("routes", parse_routes_json),),
    "ip_rule": (("rules", parse_rules_json),),
    "ip_neigh": (("neighbours", parse_neighbours_json),),
    "bridge_fdb": (("fdb", parse_fdb_json),),
    "bridge_link": (("bridge_ports", parse_bridge_ports_json),),
    "cni": ((CONFIGURATION, parse_cni),),
    "net_conf": ((CONFIGURATION, parse_net_conf),),
    "daemon_json": ((CONFIGURATION, parse_daemon_json),),
    "kubelet_configuration": ((CONFIGURATION, parse_kubelet_configuration),),
    "kubernetes": ((CONFIGURATION, parse_kubernetes),),
    "trace": ((CONFIGURATION, parse_traced_pods),),
    "etcd": ((CONFIGURATION, lambda data, name: parse_etcdctl(_text(data), name)),),
    "qdisc": (("queues", lambda data, name: parse_queues(_text(data), name)),),
}

TEXT_READERS: Mapping[str, tuple[tuple[str, Reader], ...]] = {
    "ip_link": (("links", parse_ip_link),),
    "ip_addr": (("addresses", parse_ip_addr), ("links", parse_ip_link)),
    "ip_route": (("routes", parse_ip_route),),
    "ip_rule": (("rules", parse_ip_rule),),
    "ip_neigh": (("neighbours", parse_ip_neigh),),
    "bridge_fdb": (("fdb", parse_bridge_fdb),),
    "bridge_link": (("bridge_ports", parse_bridge_link),),
    "ifconfig": (("addresses", parse_ifconfig_addresses), ("links", parse_ifconfig_links)),
    "route_n": (("routes", parse_route_n),),
    "brctl": (("bridge_ports", parse_brctl_show), ("bridges", parse_brctl_bridges)),
    "arp": (("neighbours", parse_arp),),
    "iptables-save": (("tables", parse_iptables_save),),
    "ip6tables-save": (("tables", partial(parse_iptables_save, family="ip6")),),
    "iptables-list": (("tables", parse_iptables_list),),
    "nft": (("tables", parse_nft),),
    "ipset": (("ipsets", parse_ipset),),
    "ipvs": (("ipvs", parse_ipvs),),
    "conntrack": (("connections", parse_conntrack),),
    "ping_log": (
        ("refused_pings", parse_ping_log),
        ("silent_pings", parse_silent_pings),
        ("mtu_sweeps", parse_mtu_sweeps),
    ),
    "connect_log": (("attempts", parse_connect_log),),
    "kernel_log": (("kernel_logs", parse_kernel_log),),
    "sockets": (("sockets", parse_sockets),),
    "snmp": (("snmp", parse_snmp),),
    "sysctl": (("sysctls", parse_sysctls),),
    "qdisc": (("queues", parse_queues),),
    "wg": (("wireguard", parse_wireguard),),
    "ethtool": (("ethtool", _read_ethtool),),
    "command_lines": (("command_lines", parse_command_lines),),
    "hostname": (("hostname", _read_hostname),),
    "calicoctl": ((CONFIGURATION, parse_calicoctl_pools),),
    "kubectl": ((CONFIGURATION, parse_kubectl_table),),
    "etcd": ((CONFIGURATION, parse_etcdctl),),
    "subnet_env": ((CONFIGURATION, _without_lines(parse_subnet_env)),),
    "kubelet_env": ((CONFIGURATION, _without_lines(parse_kubelet_env)),),
    "calico_mtu": ((CONFIGURATION, _read_calico_mtu),),
    "net_conf": ((CONFIGURATION, _of_bytes(parse_net_conf)),),
    "kubernetes": ((CONFIGURATION, _of_bytes(parse_kubernetes)),),
}


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
