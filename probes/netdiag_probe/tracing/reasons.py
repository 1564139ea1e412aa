"""Names of the reasons for drops: they differ from kernel to kernel, and modules have their own."""

from __future__ import annotations

from netdiag_probe.tracing.btf import Btf, BtfError

BTF_FOLDER = "/sys/kernel/btf"
KERNEL_BTF = f"{BTF_FOLDER}/vmlinux"
PREFIX = "SKB_DROP_REASON_"
SUBSYSTEM_SHIFT = 16
"""A reason of a subsystem has that one's number above so many bits."""

SUBSYSTEMS = {"openvswitch": "ovs_drop_reason", "mac80211": "mac80211_drop_reason"}
"""Modules, and what they call their enumerations; they may be a part of the kernel as well."""


class Reasons:
    """Reasons by number."""

    def __init__(self, btf: Btf) -> None:
        """Read the kernel's own; raise BtfError if it tells none."""
        self.numbers = {_shorten(name): n for name, n in btf.values("skb_drop_reason").items()}
        self._names = {number: name for name, number in self.numbers.items()}
        self._strings_size = btf.strings_size
        self._has_all = False

    def name(self, number: int) -> str:
        """Return what a reason is called, its number if it has no name here."""
        if number >> SUBSYSTEM_SHIFT and not self._has_all:
            self._read_subsystems()
        return self._names.get(number, str(number))

    def _read_subsystems(self) -> None:
        """Read what is seldom needed, when it is."""
        self._has_all = True
        for module, enumeration in SUBSYSTEMS.items():
            for path, first in ((KERNEL_BTF, 0), (f"{BTF_FOLDER}/{module}", self._strings_size)):
                try:
                    with open(path, "rb") as file:
                        values = Btf(file.read(), first).values(enumeration)
                except (OSError, BtfError):
                    continue  # it is in the other, or there is none
                found = {number: _shorten(name) for name, number in values.items()}
                self._names.update({n: name for n, name in found.items() if n >> SUBSYSTEM_SHIFT})


def _shorten(name: str) -> str:
    return name[len(PREFIX) :] if name.startswith(PREFIX) else name
