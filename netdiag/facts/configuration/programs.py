"""Which program's options say what about the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from netdiag.facts.configuration.docker import read_dockerd
from netdiag.facts.configuration.flanneld import read_flanneld
from netdiag.facts.configuration.kube_proxy import read_kube_proxy
from netdiag.facts.configuration.kube_router import read_kube_router
from netdiag.facts.configuration.kubelet import read_kubelet
from netdiag.model.facts.activity import CommandLine
from netdiag.model.facts.configuration import (
    DockerSettings,
    FlanneldSettings,
    KubeletSettings,
    KubeProxySettings,
    KubeRouterSettings,
)
from netdiag.model.facts.source import Source, place_in

Settings = (
    DockerSettings | FlanneldSettings | KubeletSettings | KubeProxySettings | KubeRouterSettings
)

_READERS: Final[Mapping[str, Callable[[Mapping[str, str], Source], Settings]]] = {
    "dockerd": read_dockerd,
    "dockerd-current": read_dockerd,
    "flanneld": read_flanneld,
    "kube-proxy": read_kube_proxy,
    "kube-router": read_kube_router,
    "kubelet": read_kubelet,
}


def read_program(program: str, options: Mapping[str, str], source: Source) -> Settings | None:
    """Return what a program was told; None = it is none that matters."""
    reader = _READERS.get(program)
    return reader(options, source) if reader else None


def read_command_line(command: CommandLine) -> Settings | None:
    """Return what a process was told; None = it is none that matters."""
    source = place_in(command.document, command.position)
    return read_program(command.program, command.options, source)
