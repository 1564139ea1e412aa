"""DaemonSets: which network is installed, and what its programs are told.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/daemon-set-v1/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from netdiag.facts.configuration.calico import felix_of_environment
from netdiag.facts.configuration.options import read_options
from netdiag.facts.configuration.programs import Settings, read_program
from netdiag.facts.kubernetes.objects import Metadata
from netdiag.facts.parsed import Parsed
from netdiag.model.facts.cluster import DaemonSet
from netdiag.model.facts.configuration import FelixSettings, KubeRouterSettings
from netdiag.model.facts.source import Source


class _Variable(Struct, gc=False):
    name: str
    value: str | None = None


class _Container(Struct, gc=False):
    name: str
    image: str | None = None
    command: list[str] | None = None
    args: list[str] | None = None
    env: list[_Variable] | None = None


class _PodSpec(Struct, gc=False):
    containers: list[_Container] | None = None


class _Template(Struct, gc=False):
    spec: _PodSpec | None = None


class _Spec(Struct, gc=False):
    template: _Template | None = None


class _Status(Struct, rename="camel", gc=False):
    desired_number_scheduled: int | None = None
    number_ready: int | None = None
    updated_number_scheduled: int | None = None


class DaemonSetObject(Struct, gc=False):
    """What is read of a DaemonSet."""

    metadata: Metadata
    spec: _Spec | None = None
    status: _Status | None = None


def read_daemon_set(
    daemon_set: DaemonSetObject, document: str
) -> Parsed[DaemonSet | FelixSettings | Settings]:
    """Return a DaemonSet, and the settings that its containers are started with."""
    metadata, status = daemon_set.metadata, daemon_set.status or _Status()
    template = daemon_set.spec.template if daemon_set.spec else None
    containers = (template.spec.containers if template and template.spec else None) or []
    source = metadata.source(document)
    found = DaemonSet(
        namespace=metadata.namespace or "default",
        name=metadata.name,
        images=tuple(container.image for container in containers if container.image),
        desired=status.desired_number_scheduled,
        ready=status.number_ready,
        updated=status.updated_number_scheduled,
        source=source,
    )
    return Parsed((found, *_settings(containers, source)))


def _settings(
    containers: Iterable[_Container], source: Source
) -> Iterator[FelixSettings | Settings]:
    for container in containers:
        place = Source(source.document, f"{source.key} {container.name}")
        variables = {one.name: one.value for one in container.env or () if one.value}
        if felix := felix_of_environment(variables, place):
            yield felix
        words = [*(container.command or ()), *(container.args or ())]
        settings = read_program(_program(container), read_options(words), place)
        if settings is not None and _says_something(settings):
            yield settings


def _program(container: _Container) -> str:
    """Return the name of the program; without a command it is the image's."""
    if container.command:
        return container.command[0].rpartition("/")[2]
    name = (container.image or "").rpartition("/")[2]
    return name.partition("@")[0].partition(":")[0]


def _says_something(settings: Settings) -> bool:
    """Return whether anything is given; of kube-router it is enough that it runs."""
    if isinstance(settings, KubeRouterSettings):
        return True
    return settings != type(settings)(settings.source)
