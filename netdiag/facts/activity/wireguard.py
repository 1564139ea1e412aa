"""WireGuard devices: ``wg show`` and ``wg show all dump``, whatever became of the keys in it."""

from __future__ import annotations

import re
from sys import intern
from typing import Final

from netdiag.facts.complaints import is_complaint
from netdiag.facts.firewall.firewall_terms import number_or_none
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines, whole_number
from netdiag.model.facts.activity import Wireguard, WireguardPeer

_TRANSFER: Final = re.compile(r"([\d.]{1,20}) (\w+) received, ([\d.]{1,20}) (\w+) sent", re.ASCII)
_UNITS: Final = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
_NOTHING: Final = frozenset({"(none)", "(hidden)", "off", "0", ""})
_PEER_COLUMNS: Final = 6
"""From the right: endpoint, allowed IPs, handshake, received, sent, keepalive."""
_NAMES: Final = frozenset(
    {"public key", "private key", "preshared key", "persistent keepalive", "protocol version"}
)
"""Names of ``wg show`` that are not kept."""


def parse_wireguard(text: str, document: str, first_line: int = 1) -> Parsed[Wireguard]:
    """Return the devices with their peers; keys are not kept."""
    reader = _Reader()
    bad = [
        number
        for number, line in numbered_lines(text, first_line)
        if is_complaint(line) or not reader.read(line, number)
    ]
    return Parsed(tuple(device.build() for device in reader.devices), not_understood(bad))


class _Device:
    def __init__(self, name: str, position: int) -> None:
        self.name = name
        self.listen_port: int | None = None
        self.mark: int | None = None
        self.peers: list[dict[str, str]] = []
        self._position = position

    def build(self) -> Wireguard:
        peers = tuple(_peer(fields) for fields in self.peers)
        return Wireguard(self.name, self.listen_port, self.mark, peers, self._position)


class _Reader:
    def __init__(self) -> None:
        self.devices: list[_Device] = []

    def read(self, line: str, number: int) -> bool:
        """Read a line; False = it is not understood."""
        if "\t" in line:
            return self._read_dump([field.strip() for field in line.split("\t")], number)
        name, colon, value = line.strip().partition(": ")
        if name == "interface" and colon:
            self.devices.append(_Device(intern(value.strip()), number))
        elif not self.devices or not colon:
            return False
        elif name == "peer":
            self.devices[-1].peers.append({})
        elif name == "listening port":
            self.devices[-1].listen_port = whole_number(value)
        elif name == "fwmark":
            self.devices[-1].mark = _mark(value)
        elif self.devices[-1].peers and name in (
            *("endpoint", "allowed ips", "latest handshake", "transfer"),
        ):
            self.devices[-1].peers[-1][name] = value
        else:
            return name in _NAMES
        return True

    def _read_dump(self, fields: list[str], number: int) -> bool:
        """Read columns from the right, as those of the keys may be missing on the left."""
        if len(fields) > _PEER_COLUMNS and all(field.isdigit() for field in fields[-4:-1]):
            endpoint, allowed, handshake, received, sent, _ = fields[-_PEER_COLUMNS:]
            device = self._device(fields[0], number)
            device.peers.append(
                {
                    "endpoint": endpoint,
                    "allowed ips": allowed.replace(",", ", "),
                    "latest handshake": handshake,
                    "transfer": f"{received} B received, {sent} B sent",
                }
            )
            return True
        if len(fields) < 3 or not fields[-2].isdigit():
            return False
        device = self._device(fields[0], number)
        device.listen_port, device.mark = whole_number(fields[-2]), _mark(fields[-1])
        return True

    def _device(self, first_field: str, number: int) -> _Device:
        name = "" if _is_key(first_field) else first_field
        if not self.devices or self.devices[-1].name != name:
            self.devices.append(_Device(intern(name), number))
        return self.devices[-1]


def _is_key(field: str) -> bool:
    """Return True for the first column of ``wg show DEVICE dump``, which names no device."""
    return field in _NOTHING or (len(field) == 44 and field.endswith("="))


def _peer(fields: dict[str, str]) -> WireguardPeer:
    transfer = _TRANSFER.fullmatch(fields.get("transfer", ""))
    allowed = fields.get("allowed ips", "")
    return WireguardPeer(
        endpoint=_something(fields.get("endpoint", "")),
        allowed_ips=() if allowed in _NOTHING else tuple(map(intern, allowed.split(", "))),
        latest_handshake=_something(fields.get("latest handshake", "")),
        received_bytes=_size(transfer[1], transfer[2]) if transfer else None,
        sent_bytes=_size(transfer[3], transfer[4]) if transfer else None,
    )


def _something(text: str) -> str | None:
    return None if text in _NOTHING else text


def _mark(text: str) -> int | None:
    return None if text in _NOTHING else number_or_none(text)


def _size(number: str, unit: str) -> int | None:
    scale = _UNITS.get(unit)
    if scale is None or number.count(".") > 1 or number == ".":
        return None
    return int(number) * scale if number.isdigit() else round(float(number) * scale)
