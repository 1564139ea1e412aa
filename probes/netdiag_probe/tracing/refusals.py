"""Why the kernel did not let us trace: one sentence, with what is missing."""

from __future__ import annotations

import errno

from netdiag_probe.messages import explain
from netdiag_probe.tracing.reasons import KERNEL_BTF

LOCKDOWN = "/sys/kernel/security/lockdown"
STATUS = "/proc/self/status"
USER_NAMESPACE = "/proc/self/uid_map"
EVERYBODY = ["0", "0", "4294967295"]
"""The users of the namespace that all others are in."""

SYS_ADMIN = 21
"""The capability that includes those needed: before 5.8 there was no other."""
NEEDED = {"CAP_BPF": 39, "CAP_PERFMON": 38}


def explain_refusal(error: OSError) -> str:
    """Return why bpf() failed, as a part of a sentence."""
    if error.errno == errno.ENOSYS:
        return "bpf() is not there: the kernel, or a filter on system calls (seccomp), has it not"
    if error.errno == errno.E2BIG:
        return "what is asked for is more than the kernel checks: name fewer hosts"
    if error.errno in (errno.EPERM, errno.EACCES):
        return _explain_permission()
    if error.errno == errno.EINVAL and _is_locked_down():
        return _LOCKED
    if error.errno == errno.EINVAL:
        return "the kernel does not take the program or its ring: 5.8 is the oldest that can"
    return f"bpf() failed: {explain(error)}"


def explain_missing_types(error: OSError) -> str:
    """Return why the kernel's types could not be read."""
    if error.errno == errno.ENOENT:
        return (
            f"the kernel does not tell its types: {KERNEL_BTF} is missing (CONFIG_DEBUG_INFO_BTF)"
        )
    return f"cannot read {KERNEL_BTF}: {explain(error)}"


_LOCKED = "the kernel is locked down (confidentiality): programs may not read its memory"


def _explain_permission() -> str:
    status = _read_status()
    held = int(status.get("CapEff", "0"), 16)
    if _read_text(USER_NAMESPACE).split() not in ([], EVERYBODY):
        return "this is a user namespace, where no privilege counts: run it as root of the machine"
    if not held >> SYS_ADMIN & 1:
        missing = [name for name, bit in NEEDED.items() if not held >> bit & 1]
        if missing:
            return f"{' and '.join(missing)} missing (CAP_SYS_ADMIN before 5.8): run it as root"
    if status.get("Seccomp", "0") != "0":
        return "a filter on system calls (seccomp) forbids bpf()"
    if _is_locked_down():
        return _LOCKED
    return "the kernel forbids bpf(), though all privileges are there: a security module, perhaps"


def _is_locked_down() -> bool:
    return "[confidentiality]" in _read_text(LOCKDOWN)


def _read_status() -> dict[str, str]:
    pairs = (line.partition(":") for line in _read_text(STATUS).splitlines())
    return {name: value.strip() for name, _, value in pairs}


def _read_text(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
