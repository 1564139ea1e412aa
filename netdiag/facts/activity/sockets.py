"""Sockets as ``ss`` lists them (``ss -lnu``, ``ss -tuanp``), and as ``netstat -lnup`` does."""

from __future__ import annotations

from collections.abc import Iterator
from sys import intern
from typing import Final, NamedTuple

from netdiag.facts.kernel.addresses import address_or_text
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines, whole_number
from netdiag.model.facts.activity import Socket

_PROTOCOLS: Final = frozenset({"tcp", "udp", "raw", "sctp", "dccp", "mptcp", "udplite", "icmp6"})
_OTHER_KINDS: Final = frozenset(
    {
        "u_str",
        "u_dgr",
        "u_seq",
        "nl",
        "p_raw",
        "p_dgr",
        "vsock",
        "v_str",
        "v_dgr",
        "xdp",
        "tipc",
        "unix",
    }
)
"""Sockets that are not of IP."""
_STATES: Final = frozenset(
    {"UNCONN", "LISTEN", "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT"}
    | {"CLOSE-WAIT", "LAST-ACK", "CLOSING", "CLOSED", "UNKNOWN"}
)
_PORT_NAMES: Final = {
    "domain": 53, "bootps": 67, "bootpc": 68, "http": 80, "ntp": 123, "bgp": 179, "https": 443,
    "ssh": 22, "isakmp": 500, "ipsec-nat-t": 4500, "vxlan": 4789, "geneve": 6081, "otv": 8472,
    "icmp": 1, "ipv6-icmp": 58,
}  # fmt: skip
"""Names of ``/etc/services`` and ``/etc/protocols``, printed without ``-n``."""
_NETSTAT_PROTOCOLS: Final = frozenset({"tcp", "tcp6", "udp", "udp6", "raw", "raw6"})
_HEADLINES: Final = ("Netid", "State ", "Recv-Q ", "Proto ", "Active ")
_FEWEST_WORDS: Final = 5


class _End(NamedTuple):
    address: str
    port: int | None
    device: str | None


def parse_sockets(text: str, document: str, first_line: int = 1) -> Parsed[Socket]:
    """Return the sockets of TCP, UDP and other IP protocols; those of Unix are passed over."""
    found: list[Socket] = []
    bad: list[int] = []
    for number, words in _rows(text, first_line):
        if words[0] in _OTHER_KINDS:
            continue
        socket = _parse_socket(words, number)
        if socket is None:
            bad.append(number)
        else:
            found.append(socket)
    return Parsed(tuple(found), not_understood(bad))


def _rows(text: str, first_line: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the words of each socket: an indented line continues the one before."""
    row: list[str] = []
    start = 0
    for number, line in numbered_lines(text, first_line):
        if line.startswith(_HEADLINES):
            continue
        if row and line[0].isspace():
            row += line.split()
            continue
        if row:
            yield start, row
        row, start = line.split(), number
    if row:
        yield start, row


def _parse_socket(words: list[str], position: int) -> Socket | None:
    if words[0] in _NETSTAT_PROTOCOLS and len(words) > 1 and words[1].isdigit():
        return _parse_netstat(words, position)
    protocol = words[0] if words[0] in _PROTOCOLS else None
    columns = words[1:] if protocol else words
    if len(columns) < _FEWEST_WORDS or columns[0] not in _STATES:
        return None
    if protocol is None:  # a list of one protocol does not name it
        protocol = "udp" if columns[0] == "UNCONN" else "tcp"
    if not (columns[1].isdigit() and columns[2].isdigit()):
        return None
    return _socket(protocol, columns[0], columns[3], columns[4], position)


def _parse_netstat(words: list[str], position: int) -> Socket | None:
    """Read ``udp 0 0 0.0.0.0:8472 0.0.0.0:*``, with a state for TCP."""
    if len(words) < _FEWEST_WORDS:
        return None
    protocol = words[0].removesuffix("6")
    has_state = len(words) > _FEWEST_WORDS and words[5].replace("_", "").isalpha()
    state = words[5] if has_state and words[5].isupper() else "UNCONN"
    return _socket(protocol, state, words[3], words[4], position)


def _socket(protocol: str, state: str, local: str, remote: str, position: int) -> Socket | None:
    here, there = _read_end(local), _read_end(remote)
    if here is None or there is None:
        return None
    return Socket(
        protocol=intern(protocol),
        state=intern(state),
        local_address=here.address,
        local_port=here.port,
        remote_address=there.address,
        remote_port=there.port,
        position=position,
        device=here.device,
    )


def _read_end(text: str) -> _End | None:
    """Read ``127.0.0.53%lo:53``, ``[fe80::1]%eth0:546``, ``*:80``, ``:::80``."""
    place, colon, port_text = text.rpartition(":")
    if not colon or not place:
        return None
    port = whole_number(port_text)
    if port is None and port_text != "*":
        port = _PORT_NAMES.get(port_text)
        if port is None:
            return None
    address, _, device = place.partition("%")
    if address[:1] == "[":
        address, device = address.strip("[]"), device.rstrip("]")
    return _End(intern(address_or_text(address)), port, intern(device) if device else None)
