"""Arguments of processes, without secrets."""

from __future__ import annotations

import pytest

from netdiag.facts.activity.command_lines import parse_command_lines
from netdiag.model.facts.activity import CommandLine

FLANNELD = ("flanneld", {"ip-masq": "true", "kube-subnet-mgr": "true", "iface": "eth1"})
ARGUMENTS = "/opt/bin/flanneld --ip-masq --kube-subnet-mgr -iface=eth1"
LINES = [
    (ARGUMENTS, FLANNELD),
    (f"2311 {ARGUMENTS}", FLANNELD),
    (f"root      2311  2290  0 Nov20 ?        00:00:12 {ARGUMENTS}", FLANNELD),
    (f"root      2311  2290  0 08:11 ?        1-07:00:12 {ARGUMENTS}", FLANNELD),
    (f"root  2311  0.1  0.4 1267584 37300 ?  Ssl  Nov20  0:12 {ARGUMENTS}", FLANNELD),
    (f"   2311 ?        Ssl    0:12 {ARGUMENTS}", FLANNELD),
    (ARGUMENTS.replace(" ", "\0") + "\0", FLANNELD),
    ("flanneld -iface eth1 -iface 10.1.10.9", ("flanneld", {"iface": "eth1,10.1.10.9"})),
    ("/hyperkube kubelet --v=2", ("kubelet", {"v": "2"})),
    ("bird: -R -s /var/run/bird.ctl", ("bird", {"R": "true", "s": "/var/run/bird.ctl"})),
    ("calico-node -felix", ("calico-node", {"felix": "true"})),
    ("dockerd -H fd:// --bip=172.18.0.1/16", ("dockerd", {"H": "fd://", "bip": "172.18.0.1/16"})),
]
SECRETS = [
    ("--token=abcdef", {"token": "…"}),
    ("--bootstrap-token abcdef", {"bootstrap-token": "…"}),
    ("--token -abcdef --v=2", {"token": "…", "v": "2"}),
    ("-etcd-password=pw -etcd-keyfile=/k", {"etcd-password": "…", "etcd-keyfile": "…"}),
    ("--wireguard-PSK=pw", {"wireguard-PSK": "…"}),
    ("--server=https://me:pw@1.1.1.1:6443/x", {"server": "https://…@1.1.1.1:6443/x"}),
    ("--labels=a=b,token=abc,c=d", {"labels": "a=b,token=…,c=d"}),
]
OTHERS = [
    "UID          PID    PPID  C STIME TTY          TIME CMD",
    "root      2311  2290  0 Nov20 ?        00:00:12 grep --color=auto flanneld",
    "root           2       0  0 Nov20 ?        00:00:00 [kthreadd]",
    "/usr/bin/containerd-shim-runc-v2 -namespace moby",
    "1 /sbin/init",
    "17",
]


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_processes(line: str, expected: tuple[str, dict[str, str]]) -> None:
    command = CommandLine(*expected, document="cmdlines.txt", position=5)
    assert parse_command_lines(f"{line}\n", "cmdlines.txt", 5) == ((command,), ())


@pytest.mark.parametrize(("options", "expected"), SECRETS)
def test_secrets_are_not_kept(options: str, expected: dict[str, str]) -> None:
    for line in (f"kubelet {options}\n", f"kubelet {options}".replace(" ", "\0")):
        (command,) = parse_command_lines(line, "cmdlines.txt").items
        assert command.options == expected


@pytest.mark.parametrize("line", OTHERS)
def test_other_lines_are_passed_over(line: str) -> None:
    assert parse_command_lines(f"{line}\n", "cmdlines.txt") == ((), ())


def test_processes_that_only_nul_separates() -> None:
    parsed = parse_command_lines("sh\0-c\0/usr/bin/kubelet\0--v=2\0/opt/flanneld\0-a\0", "x")
    assert [(command.program, command.options) for command in parsed.items] == [
        ("kubelet", {"v": "2"}),
        ("flanneld", {"a": "true"}),
    ]


def test_an_error_message_is_told() -> None:
    parsed = parse_command_lines("bash: ps: command not found\n", "cmdlines.txt")
    assert parsed == ((), ("line 1 is not understood",))
