"""sysctl_forward_rp.txt: forwarding, reverse path filter and proxy ARP of each interface."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bundles.facts.kernel import Link


def sysctls(links: Sequence[Link]) -> str:
    """Return ``sysctl -a``, grepped; a dot in an interface's name is printed as a slash."""
    lines = [f"net.bridge.bridge-nf-call-{name}tables = 1" for name in ("arp", "ip6", "ip")]
    for name in ("all", "default", *sorted(link.name for link in links)):
        path = f"net.ipv4.conf.{name.replace('.', '/')}"
        is_calico = name.startswith("cali")
        lines += [
            f"{path}.arp_filter = 0",
            f"{path}.forwarding = 1",
            f"{path}.proxy_arp = {int(is_calico)}",
            f"{path}.proxy_arp_pvlan = 0",
            f"{path}.rp_filter = {int(is_calico)}",
        ]
    lines += ["net.ipv4.ip_forward = 1", "net.ipv4.ip_forward_update_priority = 1",
              "net.ipv4.ip_forward_use_pmtu = 0", "net.ipv6.conf.all.forwarding = 0",
              "net.ipv6.conf.default.forwarding = 0"]  # fmt: skip
    return "".join(line + "\n" for line in lines)
