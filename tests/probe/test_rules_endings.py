"""However ``rules`` ends, filters and settings are as they were."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.probe.processes import SECONDS, command, environment, probe
from tests.probe.test_rules import only, run_lines
from tests.probe.watching_rules import (
    FAR,
    NEAR,
    OURS,
    ROUTER,
    Network,
    kill_group,
    network,
    start,
    wait_until_as_before,
    watching,
)

pytestmark = pytest.mark.needs_lab
TRIALS = 10
LONGEST_SECONDS = 0.5
"""Before it is killed: until it is armed takes about half as long."""

OTHERS = """
    table inet fast {
        set hosts { type ipv4_addr; flags interval; elements = { 10.9.0.0/16 } }
        map ports { type inet_service : verdict; elements = { 80 : accept, 443 : drop } }
        set seen { type ipv4_addr; flags timeout,dynamic; timeout 1h; }
        chain forward { type filter hook forward priority 0; tcp dport vmap @ports; }
        chain in { type filter hook input priority 0; ip protocol tcp add @seen { ip saddr }; }
    }
"""
WITHOUT_OWNERS = (
    sys.executable, "-c",
    "import sys; from netdiag_probe.netfilter.watch import Watch; from netdiag_probe.cli import "
    "main; Watch._make_owned = lambda *_: False; sys.exit(main(['rules', *sys.argv[1:]]))",
)  # fmt: skip
"""The probe as it is on a kernel that lets nobody own a table: before Linux 5.12."""


@pytest.fixture(scope="module")
def made() -> Iterator[Network]:
    with network() as made:
        run_lines(made, ROUTER, "iptables-legacy", "-A FORWARD -p tcp -j DROP")
        run_lines(made, ROUTER, "ip6tables-legacy", "-A FORWARD -p tcp -j DROP")
        run_lines(made, ROUTER, "iptables-nft", "-N LIST\n-A FORWARD -p udp -j LIST\n-P INPUT DROP")
        run_lines(made, FAR, "iptables-legacy", "-A INPUT -p icmp -j DROP")
        made.inside(NEAR, "nft", "-f", "-", given=OTHERS)
        made.inside(ROUTER, "sh", "-c", "echo NONE > /proc/sys/net/netfilter/nf_log/2")
        made.inside(ROUTER, "sh", "-c", "echo NONE > /proc/sys/net/netfilter/nf_log/10")
        yield made


def assert_is_armed(made: Network, before: dict[str, str]) -> None:
    """Make sure that there is something to be put back."""
    now = made.filtering()
    assert all("table ip netdiag_trace_" in now[place] for place in (NEAR, ROUTER, FAR))
    assert before[ROUTER].endswith("NONE\nNONE\n")
    assert now[ROUTER].endswith("nfnetlink_log\nnfnetlink_log\n")
    assert now[NEAR].startswith(before[NEAR][: before[NEAR].rindex("}")])


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, None])
@pytest.mark.parametrize("program", [(), WITHOUT_OWNERS], ids=["owned", "guarded"])
def test_told_to_end(made: Network, program: tuple[str, ...], how: signal.Signals | None) -> None:
    before = made.filtering()
    with watching(made, "--id", OURS, program=program) as watch:
        assert_is_armed(made, before)
        if how is not None:
            watch.process.send_signal(how)
        assert watch.end() == []
        assert made.filtering() == before


def test_the_deadline_ends_it(made: Network) -> None:
    before = made.filtering()
    with watching(made, "--id", OURS, "--deadline=0.3") as watch:
        assert watch.process.wait(SECONDS) == 0
        assert made.filtering() == before


@pytest.mark.parametrize("program", [(), WITHOUT_OWNERS], ids=["owned", "guarded"])
def test_killed_with_its_group(made: Network, program: tuple[str, ...]) -> None:
    before = made.filtering()
    with watching(made, "--id", OURS, program=program) as watch:
        assert_is_armed(made, before)
        kill_group(watch.process)
        wait_until_as_before(made, before)


def test_killed_with_its_group_at_random_moments(made: Network) -> None:
    before = made.filtering()
    chance = random.Random(5)
    for trial in range(TRIALS):
        program = WITHOUT_OWNERS if trial % 2 else ()
        with start(made, "--id", OURS, program=program) as process:
            time.sleep(chance.uniform(0, LONGEST_SECONDS))
            kill_group(process)
        wait_until_as_before(made, before)


def test_the_reader_is_gone(made: Network) -> None:
    before = made.filtering()
    with watching(made, "--id", OURS) as watch:
        assert watch.process.stdout is not None and watch.process.stderr is not None
        watch.process.stdout.close()
        made.ping()
        assert watch.process.wait(SECONDS) == 1
        assert watch.process.stderr.read() == ""
        assert made.filtering() == before


def test_two_at_once(made: Network) -> None:
    before = made.filtering()
    with watching(made, "--id", OURS) as first:
        with watching(made, "--id", OURS) as second:
            made.ping()
            assert second.end() == []
        heard = "rules of iptables-legacy are not told of: somebody else hears them"
        assert second.complaints == [
            f"netdiag-probe: {name}: {heard}" for name in ("namespace far", "the own namespace")
        ]
        assert only(first.end())["backend"] == "iptables-legacy"
    assert made.filtering() == before


def test_a_setting_of_others_stays(made: Network) -> None:
    setting = "/proc/sys/net/netfilter/nf_log/2"
    made.inside(FAR, "sh", "-c", f"echo nfnetlink_log > {setting}")
    with watching(made, "--id", OURS) as watch:
        made.ping()
        assert only(watch.end())["backend"] == "iptables-legacy"
    assert made.inside(FAR, "cat", setting) == "nfnetlink_log\n"


def test_without_privileges_it_says_what_is_missing(made: Network) -> None:
    before = ("ip", "netns", "exec", made.names[FAR], "setpriv", "--bounding-set=-net_admin")
    done = probe("rules", "--id", OURS, before=before)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        "netdiag-probe: the own namespace is left out: Operation not permitted; run it as root, "
        "or give it CAP_NET_ADMIN, and CAP_SYS_ADMIN for other namespaces\n"
    )


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ((), "say which packets are yours, with --id, --token or --port"),
        (
            [f"--port={port}" for port in range(1, 300)],
            "that takes more than 8192 rules: ask for fewer ids, tokens and ports",
        ),
    ],
)
def test_what_cannot_be_asked(made: Network, words: list[str], problem: str) -> None:
    before = made.filtering()
    inside = ("ip", "netns", "exec", made.names[FAR])
    done = probe("rules", "--deadline=1", *words, before=inside)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"netdiag-probe: {problem}\n")
    assert made.filtering() == before


def test_a_namespace_that_is_not_there_is_told(made: Network) -> None:
    words = ["ip", "netns", "exec", made.names[FAR], *command("rules"), "--id", str(OURS),
             "--netns=gone=/run/netns/no-such", "--deadline=0.2"]  # fmt: skip
    done = subprocess.run(
        words, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "netdiag-probe: namespace gone is left out: there is no /run/netns/no-such",
        "netdiag-probe: armed",
    ]
