"""Kernel settings and configuration files that are not as they should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netdiag.lab.running import Running


@dataclass(frozen=True)
class Setting:
    """A sysctl of a place; an interface in its name may be one of ``Running.fill``'s words."""

    place: str
    name: str
    """As below /proc/sys: ``net/ipv4/ip_forward``."""
    broken: int
    healthy: int

    def apply(self, lab: Running) -> None:
        """Write the broken value."""
        lab.site.set_sysctls(self.place, {lab.fill(self.name): self.broken})

    def undo(self, lab: Running) -> None:
        """Write the healthy value."""
        lab.site.set_sysctls(self.place, {lab.fill(self.name): self.healthy})


@dataclass(frozen=True)
class FileEdit:
    """A configuration file of one node, or of all, with another text."""

    path: str
    edit: Callable[[str], str]
    """The file's text -> another."""
    node: str | None = None

    def apply(self, lab: Running) -> None:
        """Write the edited text."""
        self._write(lab, self.edit)

    def undo(self, lab: Running) -> None:
        """Write what the mode has."""
        self._write(lab, lambda text: text)

    def _write(self, lab: Running, edit: Callable[[str], str]) -> None:
        for node in lab.cluster.nodes:
            if self.node in (None, node.name):
                text = lab.mode.files(lab.cluster, node)[self.path]
                lab.site.write_file(node.name, self.path, edit(text))
