"""``connect`` from a namespace, by way of a router, to listeners of another one."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.probe.capturing import capturing
from tests.probe.namespaces import namespaces
from tests.probe.processes import command, environment, probe
from tests.probe.routed import (
    BEYOND_MTU,
    CLIENT,
    CLIENT_V6,
    DATAGRAMS,
    DROPPED,
    EVERY_SECOND,
    FORBIDDEN,
    FROM_ELSEWHERE,
    OTHER,
    PROHIBITED,
    RESET,
    ROUTER,
    ROUTER_V6,
    SERVER,
    SERVER_V6,
    SILENT,
    STREAMS,
    TALKATIVE,
    UNREACHABLE,
    Net,
)  # fmt: skip

pytestmark = pytest.mark.needs_lab

TOKEN = "c0ffee00c0ffee00"
FIN, SYN, RST = 1, 2, 4


@pytest.fixture(scope="module")
def built() -> Iterator[Net]:
    with namespaces() as made:
        yield Net(made)


@pytest.fixture
def net(built: Net) -> Iterator[Net]:
    with built.listening():
        yield built


def named(found: list[dict[str, Any]], event: str) -> list[dict[str, Any]]:
    return [each for each in found if each["event"] == event]


def of_one(found: list[dict[str, Any]], event: str) -> dict[str, Any]:
    """Return what came of a single attempt, all of which is this event."""
    assert [each["event"] for each in found] == ["ready", "sent", event, "end"]
    return found[2]


@pytest.mark.parametrize(("server", "client"), [(SERVER, CLIENT), (SERVER_V6, CLIENT_V6)])
def test_a_listener_is_reached_and_told_nothing(net: Net, server: str, client: str) -> None:
    found = net.connect("tcp", STREAMS, "--destination", server, "--count", 3)
    assert found[0] == {
        "event": "ready", "protocol": "tcp", "source": client, "destination": server,
        "port": STREAMS,
    }  # fmt: skip
    connected = named(found, "connected")
    assert [each["attempt"] for each in connected] == [1, 2, 3]
    headers = (40 if ":" in server else 20) + 20 + 12  # IP, TCP and its timestamps
    for each in connected:
        assert each["mss"] == BEYOND_MTU - headers
        assert each["advertised_mss"] == 1500 - headers
        assert each["path_mtu"] in (1500, BEYOND_MTU)
        assert each["retransmits"] == 0 or each["rtt_us"] > 0.9e6, found  # a busy machine's
        assert each["rtt_us"] > 0
    assert [net.heard() for _ in connected] == [f"{STREAMS} 0 closed"] * 3
    assert (found[-1]["attempts"], found[-1]["sent"], found[-1]["answered"]) == (3, 3, 3)
    assert abs(found[-1]["time_ns"] - time.time_ns()) < 60e9


def test_a_listener_that_speaks_first_is_not_reset(net: Net) -> None:
    found = net.connect("tcp", TALKATIVE, "--count", 2)
    assert len(named(found, "connected")) == 2
    assert [net.heard() for _ in range(2)] == [f"{TALKATIVE} 0 closed"] * 2


def test_ports_are_chosen_one_after_another_and_seen_on_the_wire(net: Net, tmp_path: Path) -> None:
    words = (f"--netns=/run/netns/{net.server}", "--port=42000", "--port=42001")
    with capturing(tmp_path / "server.pcapng", *words) as capture:
        found = net.connect("tcp", STREAMS, "--source-port", 42000, "--count", 2)
        file = capture.end()
    assert [each["source_port"] for each in named(found, "sent")] == [42000, 42001]
    assert [net.heard(), net.heard()] == [f"{STREAMS} 0 closed"] * 2
    seen = [data for data in file.data("eth0", 1) if data[23] == 6]
    for flag in (SYN, FIN):
        ports = {int.from_bytes(data[34:36], "big") for data in seen if data[47] & flag}
        assert ports == {42000, 42001}
    assert not any(data[47] & RST for data in seen)


@pytest.mark.parametrize("server", [SERVER, SERVER_V6])
def test_without_a_listener_it_is_refused(net: Net, server: str) -> None:
    for protocol, by in (("tcp", "reset"), ("udp", "icmp")):
        found = net.connect(protocol, SILENT, "--destination", server, "--count", 1)
        refused = of_one(found, "refused")
        assert refused["by"] == by
        assert 0 < refused["rtt_us"] < 1e6
        assert (found[-1]["sent"], found[-1]["answered"]) == (1, 0)


def test_a_datagram_with_the_token_is_answered(net: Net) -> None:
    for server, client in ((SERVER, CLIENT), (SERVER_V6, CLIENT_V6)):
        found = net.connect(
            "udp", DATAGRAMS, "--destination", server, "--count", 2, "--token", TOKEN,
            "--size", 16, "--source", client, "--source-port", 42100,
        )  # fmt: skip
        assert [(each["source_port"], each["size"]) for each in named(found, "sent")] == [
            (42100, 16), (42101, 16),
        ]  # fmt: skip
        for number, reply in enumerate(named(found, "reply"), 1):
            assert (reply["attempt"], reply["from"], reply["port"]) == (number, server, DATAGRAMS)
            assert reply["length"] == len(b"answer")
            assert net.heard() == f"{DATAGRAMS} {TOKEN}{number:04x}0a0b0c0d0e0f"
        assert found[-1]["answered"] == 2


def test_an_answer_from_elsewhere_is_told(net: Net) -> None:
    reply = of_one(net.connect("udp", FROM_ELSEWHERE, "--count", 1), "reply")
    assert reply["from"] == OTHER
    assert net.heard().startswith(str(FROM_ELSEWHERE))


@pytest.mark.parametrize(
    ("server", "router", "unreachable", "prohibited"),
    [(SERVER, ROUTER, (3, 3), (3, 13)), (SERVER_V6, ROUTER_V6, (1, 4), (1, 1))],
)
@pytest.mark.parametrize("protocol", ["tcp", "udp"])
def test_a_router_that_refuses_is_named(
    net: Net, protocol: str, server: str, router: str, unreachable: tuple[int, int],
    prohibited: tuple[int, int],
) -> None:  # fmt: skip
    for port, message in ((UNREACHABLE, unreachable), (PROHIBITED, prohibited)):
        found = net.connect(protocol, port, "--destination", server, "--count", 1)
        error = of_one(found, "error")
        assert (error["from"], error["kind"]) == (router, "destination-unreachable")
        assert (error["type"], error["code"]) == message


def test_a_reset_by_a_router_cannot_be_told_from_the_destinations(net: Net) -> None:
    assert of_one(net.connect("tcp", RESET, "--count", 1), "refused")["by"] == "reset"


def test_what_is_dropped_times_out(net: Net) -> None:
    found = net.connect("tcp", DROPPED, "--count", 1, "--timeout", "1.4")
    assert of_one(found, "timeout")["retransmits"] == 1
    assert 1.4e9 <= found[2]["time_ns"] - found[1]["time_ns"] < 10e9
    found = net.connect("udp", DROPPED, "--count", 2, "--timeout", "0.1")
    assert [each["attempt"] for each in named(found, "timeout")] == [1, 2]
    assert (found[-1]["sent"], found[-1]["answered"]) == (2, 0)


def test_a_lost_syn_is_counted(net: Net) -> None:
    connected = of_one(net.connect("tcp", EVERY_SECOND, "--count", 1), "connected")
    assert connected["retransmits"] == 1
    assert connected["rtt_us"] > 0.9e6  # the kernel waits a second
    assert net.heard() == f"{EVERY_SECOND} 0 closed"


def test_what_does_not_fit_is_told_with_the_mtu(net: Net) -> None:
    large = ("--df", "--size", 1450, "--count", 2, "--timeout", 5, "--interval", "0.1")
    for server, router in ((SERVER, ROUTER), (SERVER_V6, ROUTER_V6)):
        found = net.connect("udp", SILENT, "--destination", server, *large)
        on_path, known = named(found, "error")
        assert (on_path["kind"], on_path["from"]) == ("fragmentation-needed", router)
        assert (on_path["mtu"], on_path["attempt"]) == (BEYOND_MTU, 1)
        assert (known["kind"], known["errno"], known["from"]) == ("local", "EMSGSIZE", None)
        assert (known["mtu"], known["attempt"]) == (BEYOND_MTU, 2)
        assert (found[-1]["attempts"], found[-1]["sent"]) == (2, 1)


def test_what_the_kernel_does_not_send_is_its_error(net: Net) -> None:
    net.made.ip(net.client, "route", "add", "unreachable", "198.51.100.1")
    net.made.ip(net.client, "route", "add", "prohibit", "198.51.100.2")
    cases = {
        "198.51.100.1": "EHOSTUNREACH", "198.51.100.2": "EACCES", "198.51.100.3": "ENETUNREACH",
        "fd00:99::1": "ENETUNREACH",
    }  # fmt: skip
    for destination, name in cases.items():
        for protocol in ("tcp", "udp"):
            words = ("--destination", destination, "--count", 1)
            found = net.connect(protocol, SILENT, *words)
            assert [each["event"] for each in found] == ["ready", "error", "end"]
            assert (found[1]["kind"], found[1]["errno"], found[1]["from"]) == ("local", name, None)
    found = net.connect("udp", FORBIDDEN, "--count", 1)
    assert (found[1]["errno"], found[-1]["sent"]) == ("EPERM", 0)


def test_a_port_in_use_is_not_replaced_by_another(net: Net) -> None:
    holding = "import socket, sys; s = socket.socket(socket.AF_INET, int(sys.argv[1])); "
    holding += "s.bind(('', 42201)); print('held', flush=True); sys.stdin.read()"
    inside = ("ip", "netns", "exec", net.client, sys.executable, "-c", holding)
    for protocol, port in (("tcp", STREAMS), ("udp", DATAGRAMS)):
        kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
        pipe = subprocess.PIPE
        with subprocess.Popen(
            [*inside, str(int(kind))], stdin=pipe, stdout=pipe, text=True
        ) as holder:
            assert holder.stdout is not None
            assert holder.stdin is not None
            assert holder.stdout.readline() == "held\n"
            found = net.connect(protocol, port, "--source-port", 42200, "--count", 3)
            holder.stdin.close()
        (error,) = named(found, "error")
        assert (error["attempt"], error["kind"], error["errno"]) == (2, "local", "EADDRINUSE")
        sent = [(each["attempt"], each["source_port"]) for each in named(found, "sent")]
        assert sent == [(1, 42200), (3, 42202)]
        assert found[-1]["answered"] == 2
        assert [net.heard().split()[0] for _ in range(2)] == [str(port)] * 2


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, None])
def test_it_ends_when_told_to(net: Net, ending: signal.Signals | None) -> None:
    words = ("--protocol", "tcp", "--destination", SERVER, "--port", DROPPED, "--timeout", 1000)
    with subprocess.Popen(
        command("connect", "--netns", f"/run/netns/{net.client}", *words), env=environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdin is not None
        lines = [process.stdout.readline() for _ in range(2)]
        if ending is None:
            process.stdin.close()
        else:
            process.send_signal(ending)
        lines += process.stdout.readlines()
    assert process.returncode == 0
    events = [json.loads(line)["event"] for line in lines]
    assert (events[:2], events[-1]) == (["ready", "sent"], "end")
    assert "timeout" not in events


def test_it_ends_at_the_deadline_and_with_its_reader(net: Net) -> None:
    words = ("--count", 1, "--timeout", 1000, "--deadline", "0.3")
    assert net.connect("tcp", DROPPED, *words)[-1]["event"] == "end"
    whole = ("--protocol", "udp", "--destination", SERVER, "--port", DROPPED)
    with subprocess.Popen(
        command("connect", "--netns", f"/run/netns/{net.client}", *whole, "--interval", "0.01"),
        env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--destination", "pod-a"), "no IP address"),
        (("--source", "::1"), "one IP version"),
        (("--source", "198.51.100.7"), "198.51.100.7 is no address of that namespace"),
        (("--destination", "fe80::1%none"), "there is no interface none"),
        (("--token", "00" * 8, "--size", 9), "--size 10"),
        (("--token", "xyz"), "is not hexadecimal"),
        (("--port", 0), "0' is no number from 1 to 65535"),
        (("--count", 501), "no number from 1 to 500"),
        (("--source-port", 65535, "--count", 2), "not 2 ports from"),
        (("--timeout", "soon"), "is no number of seconds"),
        (("--protocol", "sctp"), "--protocol"),
    ],
)
def test_wrong_arguments(words: tuple[object, ...], sentence: str) -> None:
    right = ("--protocol", "udp", "--destination", "127.0.0.1", "--port", 9)
    done = probe("connect", *right, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_no_privilege_is_needed_in_the_own_namespace_only(net: Net) -> None:
    without = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
    words = ("--protocol", "udp", "--destination", "127.0.0.1", "--port", SILENT, "--count", 1)
    done = probe("connect", *words, before=without)
    assert (done.returncode, done.stderr) == (0, "")
    done = probe("connect", *words, "--netns", f"/run/netns/{net.client}", before=without)
    assert (done.returncode, done.stdout) == (3, "")
    assert "CAP_SYS_ADMIN" in done.stderr
