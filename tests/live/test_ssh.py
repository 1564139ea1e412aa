"""Traces by the real ssh, to real servers on the nodes of a lab."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator

import pytest

from netdiag.cli.exit_code import ExitCode
from tests.cli.on_terminal import OnTerminal
from tests.cli.processes import Result
from tests.live.sshd import NODES, USER, Shelled, communicated, eventually, needs_sshd, shelled

pytestmark = [needs_sshd, pytest.mark.needs_lab]


@pytest.fixture(scope="module")
def there() -> Iterator[Shelled]:
    with shelled(f"ssh-{os.getpid()}") as made:
        yield made


@pytest.fixture(autouse=True)
def nothing_is_left(there: Shelled) -> Iterator[None]:
    there.list_nodes()
    yield
    eventually(lambda: not (there.probes() or there.sessions() or there.left_here()))


def told(done: Result) -> list[str]:
    """Return what was said on standard error, but for how it began."""
    lines = done.stderr.replace("netdiag trace: ", "netdiag: ").splitlines()
    passing = ("netdiag: tracing", "netdiag: waiting for")  # on a busy machine
    return [each.removeprefix("netdiag: ") for each in lines if not each.startswith(passing)]


def refusal(there: Shelled) -> str:
    """Trace where the second node, only, cannot be logged in to; return what is said of it."""
    done = there.trace("--json")
    assert done.returncode in (ExitCode.OK, ExitCode.FOUND), done.stderr
    assert json.loads(done.stdout)["totals"]["answered"] == 3
    (said,) = told(done)
    return said


def test_screens_with_one_login_for_each_node(there: Shelled) -> None:
    logins = sum(map(there.logins, NODES))
    arguments = ("--inventory", str(there.file))
    with OnTerminal(*arguments, before=there.entering, extra=there.variables) as terminal:
        terminal.read_until(b"node-2")
        terminal.read_until(b"flannel.1")
        terminal.press(b"2")
        terminal.read_until(b"nothing was traced")
        terminal.press(b"1")
        terminal.read_until(b"pkt/s")
        terminal.press(b"q")
        assert terminal.end() == ExitCode.OK
    assert sum(map(there.logins, NODES)) == logins + len(NODES)


def test_trace_with_one_login_for_each_node(there: Shelled) -> None:
    logins = {name: there.logins(name) for name in NODES}
    files = {name: there.files(name) for name in NODES}
    done = there.trace("--json")
    assert (done.returncode, told(done)) == (ExitCode.OK, [])
    report = json.loads(done.stdout)
    assert report["totals"]["answered"] == 3
    places = {(hop["node"], hop.get("pod")) for hop in report["pings"][0]["request"]}
    assert {node for node, _ in places} == set(NODES)
    assert {name: there.logins(name) for name in NODES} == {
        name: count + 1 for name, count in logins.items()
    }
    assert {name: there.files(name) for name in NODES} == files


@pytest.mark.parametrize("user", ["root", USER])
def test_killed_trace_leaves_nothing(there: Shelled, user: str) -> None:
    if user == USER:
        add_sudoer(there, "NOPASSWD: ALL")
    there.list_nodes(user)
    arguments = ("pod-a", "pod-c", "--inventory", str(there.file), "-c", "10000")
    with there.start("trace", *arguments) as process:
        eventually(lambda: len(there.probes()) >= len(NODES) + 3)
        assert there.left_here()
        process.kill()
    eventually(lambda: not there.probes())


@pytest.mark.parametrize("defaults", ["", "Defaults use_pty"])
def test_user_who_is_not_root_by_sudo(defaults: str, there: Shelled) -> None:
    add_sudoer(there, "NOPASSWD: ALL", defaults)
    there.list_nodes(USER)
    done = there.trace("--json")
    assert (done.returncode, told(done)) == (ExitCode.OK, [])
    assert json.loads(done.stdout)["totals"]["answered"] == 3


def test_sudo_that_wants_a_password(there: Shelled) -> None:
    add_sudoer(there, "ALL")
    there.list_nodes(USER)
    done = there.trace()
    assert done.returncode == ExitCode.NO_PRIVILEGE
    assert done.stderr.count("sudo wants a password there: let sudoers have NOPASSWD") == 2


def test_sudo_that_wants_a_terminal(there: Shelled) -> None:
    add_sudoer(there, "NOPASSWD: ALL", "Defaults requiretty")
    there.list_nodes(USER)
    done = there.trace()
    assert done.returncode == ExitCode.NO_PRIVILEGE
    assert done.stderr.count("its sudo wants a terminal (requiretty): let sudoers have") == 2


def test_connection_that_breaks_in_the_middle(there: Shelled) -> None:
    """The trace goes on with the other node, and ends; each probe that is missing says why."""
    arguments = ("pod-a", "pod-c", "--inventory", str(there.file), "-c", "40", "--json")
    with there.start("trace", *arguments) as process:
        eventually(lambda: len(there.probes()) >= len(NODES) + 3)
        for each in there.sessions_on("node-2"):
            os.kill(each, signal.SIGKILL)
        out, err = communicated(process)
    assert process.returncode in (ExitCode.FOUND, ExitCode.NOT_JUDGED)
    assert json.loads(out)["totals"]["pings"] > 0
    said = [line for line in err.splitlines() if "node-2" in line]
    assert said
    reasons = (": the connection by ssh broke", ": no answer")
    assert [line for line in said if not line.endswith(reasons)] == []


def test_key_that_is_not_accepted(there: Shelled) -> None:
    config = there.folder / "client"
    text = config.read_text()
    try:
        config.write_text(text.replace(f"{there.folder}/user\n", f"{there.folder}/stranger\n"))
        done = there.trace()
    finally:
        config.write_text(text)
    assert done.returncode == ExitCode.NO_PRIVILEGE
    (said,) = told(done)
    assert said.startswith("node-1: ssh root@10.1.10.9: it refuses the login without a password")


def test_host_key_that_is_not_known(there: Shelled) -> None:
    known = there.folder / "known"
    text = known.read_text()
    try:
        known.write_text(text.splitlines()[0] + "\n")
        assert refusal(there) == (
            "node-2: ssh root@10.1.10.10: its host key is not known: log in once by "
            "'ssh root@10.1.10.10' and compare it"
        )
        other = (there.folder / "stranger.pub").read_text()
        known.write_text(text.splitlines()[0] + f"\n10.1.10.10 {other}")
        assert "its host key is another than ssh knows" in refusal(there)
    finally:
        known.write_text(text)


def test_node_without_python(there: Shelled) -> None:
    there.list_nodes(more='python = "/opt/none/python3"')
    assert refusal(there) == (
        "node-2: ssh root@10.1.10.10: there is no /opt/none/python3: 'python' in the inventory "
        "may name another"
    )


def test_node_that_is_not_there(there: Shelled) -> None:
    rule = ("iptables", "-I", "INPUT", "-p", "tcp", "--dport", "22", "-j", "REJECT")
    run = there.node("node-2").run
    subprocess.run([*run, *rule], check=True)
    try:
        assert "Connection refused" in refusal(there)
    finally:
        subprocess.run([*run, "iptables", "-D", *rule[2:]], check=True)


def test_ping_from_a_node_that_is_not_there(there: Shelled) -> None:
    there.file.write_text(there.file.read_text().replace("root@10.1.10.9", "root@10.1.10.77"))
    done = there.trace()
    assert done.returncode == ExitCode.NO_PRIVILEGE
    (said,) = told(done)
    assert said.startswith("node-1: ssh root@10.1.10.77: ")


def test_server_that_lets_a_connection_carry_little() -> None:
    with shelled(f"ssh-few-{os.getpid()}", "MaxSessions 2\n") as few:
        done = few.trace("--json")
        assert (done.returncode, told(done)) == (ExitCode.OK, [])
        assert few.logins("node-2") > 1, "what is too much for one login has its own"
        eventually(lambda: not (few.probes() or few.sessions() or few.left_here()))


def test_many_probes_share_few_logins(there: Shelled) -> None:
    """A connection carries eight, so that neither MaxSessions nor MaxStartups is in the way."""
    netns = next(pod.netns for pod in there.inventory.pods if pod.node == "node-2")
    lines = (
        f'[pods.more-{n}]\nnode = "node-2"\nnetns = "{netns}"\naddresses = ["10.244.2.{n + 50}"]\n'
        for n in range(18)
    )
    there.file.write_text("\n".join((there.file.read_text(), *lines)))
    logins = there.logins("node-2")
    words = ("--inventory", str(there.file), "--on", "node-2", "--pods", "-i", "eth0")
    with there.start("capture", *words, "--duration", "0.1", "-w", "/dev/null") as process:
        _, err = communicated(process)
    assert process.returncode == ExitCode.OK, err
    assert there.logins("node-2") == logins + 3


def add_sudoer(there: Shelled, right: str, defaults: str = "") -> None:
    """Give each node, for itself, a user who is not root but has a right to sudo."""
    if shutil.which("sudo") is None:
        pytest.skip("sudo is not installed")
    script = (
        "cd /etc; for each in passwd shadow; do cat $each >$each.new; rm $each; mv $each.new $each;"
        f"sed -i '/^{USER}:/d' $each; done; rm -f sudoers;"
        f"echo '{USER}:x:4242:4242::/:/bin/sh' >>passwd; echo '{USER}:*:19000::::::' >>shadow;"
        "rm -f hosts resolv.conf; echo 127.0.0.1 localhost $(hostname) >hosts;"  # sudo looks
        f"chmod 600 shadow; printf '%s\n' '{defaults}' '{USER} ALL=(root) {right}' >sudoers;"
        "chmod 440 sudoers"
    )
    for name in NODES:
        subprocess.run([*there.node(name).run, "sh", "-ec", script], check=True)


def test_watch_from_a_node_that_is_not_there(there: Shelled) -> None:
    there.file.write_text(there.file.read_text().replace("root@10.1.10.9", "root@10.1.10.77"))
    done = there.trace("--watch")
    assert done.returncode == ExitCode.NO_PRIVILEGE
    (said,) = told(done)
    assert said.startswith("node-1: ssh root@10.1.10.77: ")


def test_capture_of_a_node_beside_one_that_is_not_there(there: Shelled) -> None:
    there.file.write_text(there.file.read_text().replace("root@10.1.10.9", "root@10.1.10.77"))
    words = ("--inventory", str(there.file), "--on", "node-2", "-i", "lo", "-D")
    with there.start("capture", *words) as process:
        out, err = communicated(process)
    assert (process.returncode, err) == (ExitCode.OK, "")
    assert "lo" in out
