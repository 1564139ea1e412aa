"""WireGuard devices, of which no key is kept."""

from __future__ import annotations

import pytest

from netdiag.facts.activity.wireguard import parse_wireguard
from netdiag.model.facts.activity import Wireguard, WireguardPeer

KEY = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY="
SHOWN = f"""\
interface: flannel-wg
  public key: {KEY}
  private key: (hidden)
  listening port: 51820
  fwmark: 0xca6c

peer: {KEY}
  endpoint: 10.1.10.10:51820
  allowed ips: 10.244.2.0/24, fd00::/64
  latest handshake: 1 minute, 2 seconds ago
  transfer: 1.50 KiB received, 92 B sent
  persistent keepalive: every 25 seconds

peer: {KEY}
  allowed ips: (none)
"""
DUMPED = f"""\
flannel-wg\t(hidden)\t{KEY}\t51820\t0xca6c
flannel-wg\t{KEY}\t(none)\t10.1.10.10:51820\t10.244.2.0/24,fd00::/64\t1700000000\t1536\t92\t25
flannel-wg\t{KEY}\t(none)\t(none)\t(none)\t0\t0\t0\toff
"""
PEER = WireguardPeer("10.1.10.10:51820", ("10.244.2.0/24", "fd00::/64"), "1700000000", 1536, 92)
SILENT = WireguardPeer(None, (), None, 0, 0)


def without_columns(text: str, *columns: int) -> str:
    rows = [line.split("\t") for line in text.splitlines()]
    return "".join(
        "\t".join(field for place, field in enumerate(row) if place not in columns) + "\n"
        for row in rows
    )


def test_shown() -> None:
    shown = WireguardPeer(
        "10.1.10.10:51820", ("10.244.2.0/24", "fd00::/64"), "1 minute, 2 seconds ago", 1536, 92
    )
    device = Wireguard("flannel-wg", 51820, 0xCA6C, (shown, WireguardPeer(None, ())), 1)
    assert parse_wireguard(SHOWN, "wg.txt") == ((device,), ())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (DUMPED, "flannel-wg"),
        (without_columns(DUMPED, 1), "flannel-wg"),
        (without_columns(DUMPED, 1, 2), "flannel-wg"),
        (without_columns(DUMPED, 0), ""),
    ],
)
def test_dumped_with_or_without_keys(text: str, name: str) -> None:
    device = Wireguard(name, 51820, 0xCA6C, (PEER, SILENT), 1)
    parsed = parse_wireguard(text, "wg.txt")
    assert parsed == ((device,), ())
    assert KEY not in repr(parsed)


@pytest.mark.parametrize(
    "text",
    [
        "bash: wg: command not found\n",
        "Unable to access interface wg0: Operation not permitted\n",
        "  listening port: 51820\n",
        "wg0\tx\n",
    ],
)
def test_what_is_not_understood(text: str) -> None:
    assert parse_wireguard(text, "wg.txt") == ((), ("line 1 is not understood",))
