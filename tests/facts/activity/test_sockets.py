"""Sockets as ``ss`` of old and new lists them, and as ``netstat`` does."""

from __future__ import annotations

import pytest

from netdiag.facts.activity.sockets import parse_sockets
from netdiag.model.facts.activity import Socket

HEAD = "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n"
VXLAN = Socket("udp", "UNCONN", "0.0.0.0", 8472, "0.0.0.0", None, 1)
SOCKETS = [
    ("udp   UNCONN 0      0            0.0.0.0:8472      0.0.0.0:*", VXLAN),
    ("UNCONN 0      0            0.0.0.0:8472      0.0.0.0:*", VXLAN),
    ("udp   UNCONN 0      0            0.0.0.0:otv      0.0.0.0:*", VXLAN),
    ("LISTEN 0 128 *:443 *:*", Socket("tcp", "LISTEN", "*", 443, "*", None, 1)),
    (
        'tcp   LISTEN 0 8  [::]:179 [::]:*    users:(("bird",pid=1,fd=7))',
        Socket("tcp", "LISTEN", "::", 179, "::", None, 1),
    ),
    ("tcp LISTEN 0 8 :::80 :::*", Socket("tcp", "LISTEN", "::", 80, "::", None, 1)),
    (
        "udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:*",
        Socket("udp", "UNCONN", "127.0.0.53", 53, "0.0.0.0", None, 1, "lo"),
    ),
    (
        "udp UNCONN 0 0 [FE80::1]%flannel.1:546 [::]:*",
        Socket("udp", "UNCONN", "fe80::1", 546, "::", None, 1, "flannel.1"),
    ),
    (
        "tcp ESTAB 0 0 10.1.10.9:52375 10.1.10.8:6443 timer:(keepalive,1sec,0)",
        Socket("tcp", "ESTAB", "10.1.10.9", 52375, "10.1.10.8", 6443, 1),
    ),
    ("raw UNCONN 0 0 0.0.0.0:icmp 0.0.0.0:*",
     Socket("raw", "UNCONN", "0.0.0.0", 1, "0.0.0.0", None, 1)),
    ("udp 0 0 0.0.0.0:8472 0.0.0.0:* -", VXLAN),
    ("udp6 0 0 :::8285 :::* 77/flanneld", Socket("udp", "UNCONN", "::", 8285, "::", None, 1)),
    ("tcp 0 0 1.1.1.1:80 2.2.2.2:90 TIME_WAIT -",
     Socket("tcp", "TIME_WAIT", "1.1.1.1", 80, "2.2.2.2", 90, 1)),
]  # fmt: skip
BROKEN = [
    "udp UNCONN 0 0 0.0.0.0:8472",
    "udp UNCONN 0 0 0.0.0.0:847x 0.0.0.0:*",
    "udp UNCONN x 0 0.0.0.0:8472 0.0.0.0:*",
    "udp NOSTATE 0 0 0.0.0.0:8472 0.0.0.0:*",
    "udp 0 0 0.0.0.0:8472",
    "bash: ss: command not found",
]


@pytest.mark.parametrize(("line", "expected"), SOCKETS)
def test_sockets(line: str, expected: Socket) -> None:
    assert parse_sockets(f"{line}\n", "ss.txt") == ((expected,), ())


def test_a_socket_that_takes_two_lines() -> None:
    text = (
        "udp    UNCONN     0      0      \n     0.0.0.0:8472      0.0.0.0:*\n"
        "\t skmem:(r0,rb212992)\nu_str ESTAB 0 0 * 12 * 13\n"
    )
    assert parse_sockets(HEAD + text, "ss.txt", first_line=0) == ((VXLAN,), ())


@pytest.mark.parametrize("line", BROKEN)
def test_what_is_not_understood_costs_only_itself(line: str) -> None:
    parsed = parse_sockets(f"{HEAD}{line}\n{SOCKETS[0][0]}\n", "ss.txt")
    assert [socket.position for socket in parsed.items] == [3]
    assert parsed.problems == ("line 2 is not understood",)
