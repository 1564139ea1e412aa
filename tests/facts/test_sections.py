"""Pasted terminal sessions are split where a prompt is followed by a command that is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.facts.sections import MAX_PROMPT, MAX_SECTIONS, Section, split_sections

PROMPTS = (
    "[root@node-1 ~]# ",
    "root@node-1:~# ",
    "root@node-1:/etc/cni/net.d# ",
    "admin@node-1:~$ ",
    "node-1 $ ",
    "# ",
    "$ ",
    "> ",
    "node-1% ",
)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_prompts(prompt: str) -> None:
    text = f"{prompt}ip route\ndefault via 10.1.10.1 dev eth0\n"
    assert split_sections(text) == [
        Section(("ip", "route"), "default via 10.1.10.1 dev eth0", 2),
    ]


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("$ sudo ip -d link", ("ip", "-d", "link")),
        ("$ sudo -n iptables-save", ("iptables-save",)),
        ("# /sbin/ip a", ("ip", "a")),
        ("$ LANG=C ip route show table all", ("ip", "route", "show", "table", "all")),
        ("$ ETCDCTL_API=3 etcdctl get /x", ("etcdctl", "get", "/x")),
        ("$ kubectl get pods -A", ("kubectl", "get", "pods", "-A")),
        ("# cat /run/flannel/subnet.env", ("cat", "/run/flannel/subnet.env")),
    ],
)
def test_commands(line: str, command: tuple[str, ...]) -> None:
    assert split_sections(f"{line}\nanswer\n") == [Section(command, "answer", 2)]


@pytest.mark.parametrize(
    "line",
    [
        "# a comment about ip route",
        "$ vim notes.txt",
        "default via 10.1.10.1 dev eth0",
        "#ip route",
        "3: eth0: <UP> mtu 1500",
        "$ ",
        "$ sudo",
        '-A POSTROUTING -m comment --comment "# ip route" -j ACCEPT',
        "x" * MAX_PROMPT + "# ip route",
    ],
)
def test_other_lines_are_text(line: str) -> None:
    assert split_sections(f"{line}\n") == ([Section((), line, 1)] if line.strip() else [])


def test_a_session() -> None:
    text = (
        "Last login: Mon\n"
        "[root@node-1 ~]# ip route\n"
        "default via 10.1.10.1 dev eth0\n"
        "\n"
        "[root@node-1 ~]# ip link set eth0 up\n"
        "[root@node-1 ~]# vim x\n"
        "[root@node-1 ~]# cat /run/flannel/subnet.env\n"
        "FLANNEL_MTU=1450\n"
    )
    assert split_sections(text) == [
        Section((), "Last login: Mon", 1),
        Section(("ip", "route"), "default via 10.1.10.1 dev eth0\n", 3),
        Section(("ip", "link", "set", "eth0", "up"), "[root@node-1 ~]# vim x", 6),
        Section(("cat", "/run/flannel/subnet.env"), "FLANNEL_MTU=1450", 8),
    ]


def test_windows_lines() -> None:
    found = split_sections("# ip route\r\ndefault via 10.1.10.1 dev eth0\r\n")
    assert found == [Section(("ip", "route"), "default via 10.1.10.1 dev eth0", 2)]


def test_there_are_at_most_so_many() -> None:
    found = split_sections("$ ip route\nx\n" * (MAX_SECTIONS + 50))
    assert len(found) == MAX_SECTIONS + 1
    assert found[-1].text.count("ip route") == 49


@given(st.lists(st.sampled_from(["$ ip a", "# ss", "x", "", "1: lo: <UP>"]), max_size=12))
def test_lines_keep_their_numbers(lines: list[str]) -> None:
    for section in split_sections("\n".join(lines)):
        part = section.text.split("\n")
        assert lines[section.first_line - 1 :][: len(part)] == part
        assert not section.command or lines[section.first_line - 2][2:] == " ".join(section.command)
