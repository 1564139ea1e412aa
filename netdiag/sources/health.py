"""What this machine has and lacks for netdiag: checks, each with a remedy."""

from __future__ import annotations

import ctypes.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Literal, NamedTuple

from netdiag.lab.site import find_program
from netdiag.sources.capabilities import has_capability

State = Literal["ok", "missing", "needless", "left"]
"""``needless``: not there, and only something special needs it. ``left``: to be cleaned up."""


class Check(NamedTuple):
    """One thing that was looked at."""

    area: str
    subject: str
    state: State
    detail: str
    """What was found: a version, a setting."""
    remedy: str = ""
    """What to do where it is missing."""


_CAPABILITIES: Final = (
    ("CAP_NET_RAW", "capture and ping", True),
    ("CAP_NET_ADMIN", "read packet filters", True),
    ("CAP_SYS_ADMIN", "enter pods' network namespaces", True),
    ("CAP_BPF", "read the kernel's reasons for drops", False),
    ("CAP_PERFMON", "read the kernel's reasons for drops", False),
)
"""Capability, what for, whether a trace needs it."""

_PROGRAMS: Final = (
    ("ip", "-V", "iproute2", "what nodes say of their network", True),
    ("bridge", "-V", "iproute2", "forwarding databases", True),
    ("iptables-save", "--version", "iptables", "packet filters", True),
    ("nft", "--version", "nftables", "packet filters", True),
    ("nsenter", "--version", "util-linux", "labs and other namespaces", True),
    ("conntrack", "--version", "conntrack", "connections", False),
    ("ethtool", "--version", "ethtool", "offloads", False),
    ("tcpdump", "--version", "tcpdump", "recording labs", False),
    ("ping", "-V", "iputils-ping", "recording labs", False),
    ("tshark", "--version", "tshark", "Wireshark's own dissection", False),
    ("wg", "--version", "wireguard-tools", "WireGuard", False),
    ("kubectl", "version --client", "kubectl", "clusters", False),
    ("ssh", "-V", "openssh-client", "nodes by SSH", False),
)
"""Program, how to ask its version, Debian package, what for, whether a trace needs it."""

_USUAL_FOLDERS: Final = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
_VERSION_SECONDS: Final = 5.0
_MOST_TOLD: Final = 20
"""Leftovers: of many, the first tell where to look."""


def examine() -> list[Check]:
    """Return all checks."""
    return [*_python(), *_kernel(), *_privileges(), *_programs(), *_clusters(), *_leftovers()]


def _python() -> Iterator[Check]:
    from netdiag.decoder_form import is_compiled

    yield Check("netdiag", "Python", "ok", sys.version.split()[0])
    if is_compiled():
        yield Check("netdiag", "decoder", "ok", "compiled")
    else:
        yield Check(
            "netdiag", "decoder", "needless", "interpreted, about twenty times slower",
            "install netdiag where there is a C compiler (apt install gcc libc6-dev python3-dev)",
        )  # fmt: skip
    library = ctypes.util.find_library("pcap")
    remedy = "" if library else "apt install libpcap0.8"
    state: State = "ok" if library else "needless"
    yield Check("netdiag", "libpcap", state, library or "for capture expressions", remedy)


def _kernel() -> Iterator[Check]:
    release = os.uname().release
    numbers = re.match(r"(\d+)\.(\d+)", release)
    new = numbers is not None and tuple(map(int, numbers.groups())) >= (5, 8)
    yield Check(
        "kernel", "Linux", "ok" if new else "missing", release, "" if new else "5.8 or newer"
    )
    btf = Path("/sys/kernel/btf/vmlinux").exists()
    yield Check(
        "kernel", "BTF", "ok" if btf else "needless", "reasons for drops",
        "" if btf else "a kernel with CONFIG_DEBUG_INFO_BTF",
    )  # fmt: skip
    filtering = Path("/proc/sys/net/bridge").exists()
    yield Check(
        "kernel", "br_netfilter", "ok" if filtering else "needless", "services on one bridge",
        "" if filtering else "modprobe br_netfilter",
    )  # fmt: skip
    tun = os.access("/dev/net/tun", os.R_OK | os.W_OK)
    lacking = "run labs as root" if os.path.exists("/dev/net/tun") else "modprobe tun"
    yield Check(
        "kernel", "/dev/net/tun", "ok" if tun else "needless", "stand-ins in labs",
        "" if tun else lacking,
    )  # fmt: skip


def _privileges() -> Iterator[Check]:
    for name, purpose, is_needed in _CAPABILITIES:
        has = has_capability(name)
        state: State = "ok" if has else "missing" if is_needed else "needless"
        yield Check("privileges", name, state, purpose, "" if has else "run it with sudo")


def _programs() -> Iterator[Check]:
    with ThreadPoolExecutor(max_workers=8) as pool:
        versions = list(pool.map(lambda each: _version(each[0], each[1]), _PROGRAMS))
    for (name, _, package, purpose, is_needed), version in zip(_PROGRAMS, versions, strict=True):
        if version is None:
            state: State = "missing" if is_needed else "needless"
            yield Check("programs", name, state, purpose, _remedy(name, package))
        else:
            yield Check("programs", name, "ok", version)


def _remedy(program: str, package: str) -> str:
    """Return how a program gets here, or that it is here, only not where it is looked for."""
    path = shutil.which(program, path=_USUAL_FOLDERS)
    return f"add {os.path.dirname(path)} to PATH" if path else f"apt install {package}"


def _version(program: str, option: str) -> str | None:
    """Return the first line that a program prints of its version, None if it is not there."""
    path = find_program(program)
    if path is None:
        return None
    try:
        done = subprocess.run(
            [path, *option.split()], capture_output=True, text=True, errors="replace",
            stdin=subprocess.DEVNULL, timeout=_VERSION_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return "does not tell its version"
    return next((line.strip() for line in (done.stdout + done.stderr).splitlines() if line), path)


def _clusters() -> Iterator[Check]:
    usual = os.path.expanduser("~/.kube/config")
    named = os.environ.get("KUBECONFIG", usual).split(os.pathsep)
    found = [path for path in named if path and os.path.exists(path)]
    yield Check(
        "clusters", "kubeconfig", "ok" if found else "needless", ", ".join(found) or "none",
        "" if found else "set KUBECONFIG, or put it into ~/.kube/config",
    )  # fmt: skip


def _leftovers() -> Iterator[Check]:
    yield from _labs_left()
    from netdiag.sources.leftovers import find_leftovers

    found = find_leftovers()
    if not found and not (has_capability("CAP_NET_ADMIN") and has_capability("CAP_SYS_ADMIN")):
        yield Check("leftovers", "rules", "needless", "only root can look", "run it with sudo")
    elif not found:
        yield Check("leftovers", "rules", "ok", "none")
    for leftover in found[:_MOST_TOLD]:
        yield Check("leftovers", "rules", "left", leftover.what, leftover.remedy)


def _labs_left() -> Iterator[Check]:
    from netdiag.lab.state import names, read_labs, root

    if not root().is_dir():
        yield Check("leftovers", "labs", "ok", "none")
        return
    alive = {lab.name for lab in read_labs() if lab.is_alive}
    dead = [name for name in names() if name not in alive]
    detail = f"{len(alive)} up" + (f", dead: {', '.join(dead)}" if dead else "")
    remedy = f"netdiag lab down --name {dead[0]}" if dead else ""
    yield Check("leftovers", "labs", "left" if dead else "ok", detail, remedy)
