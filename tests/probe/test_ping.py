"""``ping`` across the nodes of a lab: beside the real ping, and on the wire."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from netdiag.lab.lifecycle import Wanted, raised
from netdiag.lab.running import Running
from tests.probe.processes import command, environment, events, probe

pytestmark = pytest.mark.needs_lab
BRIDGE = "10.244.1.1"
NOWHERE = "10.99.99.99"
SMALL_MTU = 1400


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with raised(Wanted(f"probe-ping-{os.getpid()}", "kubenet"), stays=False) as lab:
        for place, address in (("pod-a", "fd00:1::2/64"), ("node-1", "fd00:1::1/64")):
            device = "eth0" if place == "pod-a" else "cbr0"
            ipv6 = {"net/ipv6/conf/all/disable_ipv6": 0, "net/ipv6/conf/all/forwarding": 1}
            lab.site.set_sysctls(place, ipv6)
            lab.site.run(place, ("ip", "addr", "add", address, "dev", device, "nodad"))
        lab.site.run("pod-a", ("ip", "route", "add", "default", "via", "fd00:1::1"))
        lab.site.set_sysctls("node-1", {"net/ipv6/icmp/ratelimit": 0})
        yield lab


def ping_from(lab: Running, place: str, *words: object) -> list[dict[str, Any]]:
    return events("--netns", lab.site.places[place], *words)


def real_ping(lab: Running, place: str, *words: object) -> str:
    process = lab.site.spawn(
        place, ["ping", "-n", *map(str, words)], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    return str(process.communicate(timeout=120)[0])


def named(found: list[dict[str, Any]], event: str) -> list[dict[str, Any]]:
    return [each for each in found if each["event"] == event]


def test_replies_are_those_that_ping_gets(running: Running) -> None:
    address = str(running.cluster.pod("pod-c").address)
    found = ping_from(running, "pod-a", "--destination", address, "--interval", "0.05")
    printed = real_ping(running, "pod-a", "-c3", "-i0.05", address)
    assert found[0] == {
        "event": "ready",
        "source": str(running.cluster.pod("pod-a").address),
        "destination": address,
        "id": found[0]["id"],
    }
    replies = named(found, "reply")
    assert [each["seq"] for each in named(found, "sent")] == [1, 2, 3]
    assert [each["seq"] for each in replies] == [1, 2, 3]
    assert [str(each["ttl"]) for each in replies] == re.findall(r"ttl=(\d+)", printed)
    assert {each["from"] for each in replies} == {address}
    assert all(0 < each["rtt_us"] < 1e6 for each in replies)
    assert (found[-1]["event"], found[-1]["sent"], found[-1]["received"]) == ("end", 3, 3)
    times = [each["time_ns"] for each in found[1:]]
    assert times == sorted(times)
    assert abs(times[-1] - time.time_ns()) < 60e9


def test_id_and_token_are_on_the_wire_with_df(running: Running) -> None:
    address = str(running.cluster.pod("pod-b").address)
    dump = running.site.spawn(
        "pod-a", ["tcpdump", "-c2", "-nxvi", "eth0", "-Z", "root", "--immediate-mode", "icmp"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert dump.stderr is not None
    assert "listening" in dump.stderr.readline()
    words = ("--id", "0xBEEF", "--token", "c0ffee00", "--count", 1, "--size", 16)
    found = ping_from(running, "pod-a", "--destination", address, *words)
    printed, _ = dump.communicate(timeout=120)
    assert found[0]["id"] == 0xBEEF
    frames = re.split(r"\n(?=\d)", printed)
    for frame, kind in zip(frames, ("0800", "0000"), strict=True):
        data = "".join(re.findall(r"\t0x\w+: +([0-9a-f ]+)", frame)).replace(" ", "")
        assert data[40:44] == kind
        assert data[48:56] == "beef0001"
        assert data[56:] == "c0ffee00" + bytes(range(4, 16)).hex()
    assert "flags [DF]" in frames[0]


def test_a_hop_that_lets_it_die_is_named(running: Running) -> None:
    address = str(running.cluster.pod("pod-c").address)
    found = ping_from(running, "pod-a", "--destination", address, "--ttl", 1, "--count", 2)
    errors = named(found, "error")
    assert [each["seq"] for each in errors] == [1, 2]
    for error in errors:
        assert (error["kind"], error["code"], error["from"]) == ("time-exceeded", 0, BRIDGE)
    assert f"From {BRIDGE}" in real_ping(running, "pod-a", "-c1", "-W1", "-t1", address)
    assert (found[-1]["sent"], found[-1]["received"]) == (2, 0)


def test_what_is_unreachable_is_told_by_whom(running: Running) -> None:
    running.site.run("node-1", ("ip", "route", "add", "unreachable", NOWHERE))
    found = ping_from(running, "pod-a", "--destination", NOWHERE, "--count", 1)
    (error,) = named(found, "error")
    assert (error["kind"], error["code"], error["from"]) == ("destination-unreachable", 1, BRIDGE)
    assert error["seq"] == 1
    other = real_ping(running, "pod-b", "-c1", "-W1", NOWHERE)  # errors to one are rationed
    assert "Destination Host Unreachable" in other


def test_what_does_not_fit_is_told_with_the_mtu(running: Running) -> None:
    address = str(running.cluster.pod("pod-c").address)
    large = ("--destination", address, "--df", "--count", 2, "--size")
    (first, second) = named(ping_from(running, "pod-a", *large, 2000), "error")
    assert (first["kind"], first["mtu"], first["from"], first["seq"]) == ("local", 1500, None, 1)
    assert second["seq"] == 2
    assert "mtu=1500" in real_ping(running, "pod-a", "-c1", "-W1", "-Mdo", "-s2000", address)
    running.netlink("node-1").set_link("ens33", mtu=SMALL_MTU)
    try:
        found = ping_from(running, "pod-a", *large, 1430)
    finally:
        running.netlink("node-1").set_link("ens33", mtu=1500)
    on_path, known = named(found, "error")
    assert (on_path["kind"], on_path["code"]) == ("fragmentation-needed", 4)
    assert (on_path["mtu"], on_path["from"], on_path["seq"]) == (SMALL_MTU, BRIDGE, 1)
    assert (known["kind"], known["mtu"], known["seq"]) == ("local", SMALL_MTU, 2)
    assert [each["seq"] for each in named(found, "sent")] == [1]
    assert found[-1]["sent"] == 1


def test_a_sweep_begins_with_what_the_device_lets_pass(running: Running) -> None:
    whole, least, least_v6, unforbidden = (1500, True), (576, True), (1280, True), (1500, False)
    for address, header_bytes, wanted in (
        ("fd00:1::1", 48, [whole, least_v6]),
        (BRIDGE, 28, [whole, least, unforbidden]),
    ):
        words = ("--destination", address, "--sweep", "--token", "c0ffee00", "--id", 9)
        found = ping_from(running, "pod-a", *words)
        begins = bytes.fromhex("c0ffee00") + bytes(range(4, 16))
        swept = {"interface": "eth0", "mtu": 1500, "payload": begins.hex()}
        assert (found[0]["sweep"], found[0]["id"]) == (swept, 9)
        tried = [(each["size"] + header_bytes, each["df"]) for each in named(found, "sent")]
        assert list(dict.fromkeys(tried)) == wanted  # what is slow to be answered is tried again
        assert len(wanted) <= found[-1]["received"] <= found[-1]["sent"] == len(tried)


def test_a_sweep_finds_the_limit_whatever_the_kernel_knows(running: Running) -> None:
    address = str(running.cluster.pod("pod-c").address)
    running.netlink("node-1").set_link("ens33", mtu=SMALL_MTU)
    try:
        runs = [ping_from(running, "pod-a", "--destination", address, "--sweep") for _ in "12"]
    finally:
        running.netlink("node-1").set_link("ens33", mtu=1500)
    for found in runs:
        sent = {each["seq"]: (each["size"] + 28, each["df"]) for each in named(found, "sent")}
        answered = {sent[each["seq"]] for each in named(found, "reply")}
        assert max(size for size, forbids in answered if forbids) == SMALL_MTU
        told = [error for error in named(found, "error") if error["mtu"] == SMALL_MTU]
        assert sent[told[0]["seq"]] == (1500, True)


def test_without_df_the_kernel_fragments(running: Running) -> None:
    address = str(running.cluster.pod("pod-b").address)
    found = ping_from(running, "pod-a", "--destination", address, "--count", 1, "--size", 4000)
    assert (found[-1]["sent"], found[-1]["received"]) == (1, 1)
    assert named(found, "sent")[0]["size"] == 4000


def test_ipv6(running: Running) -> None:
    found = ping_from(running, "pod-a", "-6", "--destination", "fd00:1::1", "--token", "c0ffee00")
    assert found[0]["source"] == "fd00:1::2"
    assert [each["ttl"] for each in named(found, "reply")] == [64, 64, 64]
    beyond = ("--destination", "fd00:2::1", "--count", 1)
    running.site.run("node-1", ("ip", "-6", "route", "add", "unreachable", "fd00:2::/64"))
    (error,) = named(ping_from(running, "pod-a", *beyond), "error")
    assert (error["kind"], error["from"]) == ("destination-unreachable", "fd00:1::1")
    (error,) = named(ping_from(running, "pod-a", *beyond, "--df", "--size", 2000), "error")
    assert (error["kind"], error["mtu"]) == ("local", 1500)
    running.site.run("node-1", ("ip", "-6", "route", "add", "fd00:3::/64", "dev", "cbr0"))
    farther = ("--destination", "fd00:3::1", "--count", 1, "--ttl", 1)
    (error,) = named(ping_from(running, "pod-a", *farther), "error")
    assert (error["kind"], error["from"]) == ("time-exceeded", "fd00:1::1")


def test_no_route_is_an_error_of_the_kernel(running: Running) -> None:
    running.site.run("pod-b", ("ip", "route", "del", "default"))
    found = ping_from(running, "pod-b", "--destination", NOWHERE, "--count", 1, "--timeout", 20)
    (error,) = named(found, "error")
    assert found[0]["source"] is None
    assert (error["kind"], error["text"], error["seq"]) == ("local", "network is unreachable", 1)
    assert found[-1]["sent"] == 0


def test_no_answer_ends_with_the_timeout(running: Running) -> None:
    running.site.run("node-1", ("ip", "route", "add", "blackhole", "10.99.99.98"))
    words = ("--destination", "10.99.99.98", "--count", 1, "--timeout", "0.2")
    found = ping_from(running, "pod-a", *words)
    waited = found[-1]["time_ns"] - named(found, "sent")[0]["time_ns"]
    assert 0.2e9 <= waited < 5e9
    assert found[-1]["received"] == 0


@pytest.mark.parametrize("absent", ["10.244.1.200", "fd00:1::200"])
def test_the_second_request_waits_until_the_first_one_left(running: Running, absent: str) -> None:
    """Those that left in a burst, once a neighbour's address is known, conntrack may drop."""
    words = ("--interval", "0.01", "--count", 2)
    waiting = ping_from(running, "pod-a", "--destination", absent, "--timeout", "0.5", *words)
    first, second = (each["time_ns"] for each in named(waiting, "sent"))
    assert second - first >= 0.5e9
    running.site.run("node-1", ("ip", "route", "replace", "blackhole", "10.99.99.98"))
    lost = ping_from(running, "pod-a", "--destination", "10.99.99.98", "--timeout", 2, *words)
    first, second = (each["time_ns"] for each in named(lost, "sent"))
    assert second - first < 1e9


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, None])
def test_it_ends_when_told_to(ending: signal.Signals | None) -> None:
    words = ("ping", "--destination", "127.0.0.1", "--count", 1000, "--interval", 10)
    with subprocess.Popen(
        command(*words), env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        lines = [process.stdout.readline() for _ in range(3)]
        if ending is None:
            process.stdin.close()
        else:
            process.send_signal(ending)
        lines += process.stdout.readlines()
    assert process.returncode == 0
    assert [json.loads(line)["event"] for line in lines] == ["ready", "sent", "reply", "end"]


def test_it_ends_at_the_deadline() -> None:
    words = ("--destination", "127.0.0.1", "--count", 1000, "--interval", 10)
    assert events(*words, "--deadline", "0.3")[-1]["sent"] == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--destination", "pod-a"), "no IP address"),
        (("--destination", "127.0.0.1", "-6"), "one IP version"),
        (("--destination", "127.0.0.1", "--source", "::1"), "one IP version"),
        (("--destination", "127.0.0.1", "--source", "198.51.100.7"), "no address of"),
        (("--destination", "127.0.0.1", "--token", "00" * 9, "--size", 8), "--size 9"),
        (("--destination", "127.0.0.1", "--id", 65536), "0 to 65535"),
        (("--destination", "127.0.0.1", "--token", "xyz"), "--token"),
    ],
)
def test_wrong_arguments(words: tuple[object, ...], sentence: str) -> None:
    done = probe("ping", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr


def test_missing_privileges_are_named(running: Running) -> None:
    without = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
    destination = ("--destination", "127.0.0.1")
    done = probe("ping", *destination, before=without)
    assert (done.returncode, done.stdout) == (3, "")
    assert "CAP_NET_RAW" in done.stderr
    assert done.stderr.count("\n") == 1
    done = probe("ping", *destination, "--netns", running.site.places["pod-a"], before=without)
    assert done.returncode == 3
    assert "CAP_SYS_ADMIN" in done.stderr
