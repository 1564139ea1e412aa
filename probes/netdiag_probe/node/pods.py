"""Network namespaces with processes in them, by /proc alone, and what they say."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from netdiag_probe.lifeline import Lifeline
from netdiag_probe.messages import explain
from netdiag_probe.netns import OWN, Namespace, identify, run_in_namespace
from netdiag_probe.node.command_lines import processes
from netdiag_probe.node.documents import POD_PROGRAMS, Answers, ask, ask_kernel
from netdiag_probe.node.nesting import is_nested, open_here
from netdiag_probe.node.owners import Owner, identify_owner, read_names
from netdiag_probe.rtnetlink.addresses import global_addresses
from netdiag_probe.rtnetlink.netlink import Netlink

MOST_NAMESPACES = 2000
_MOST_PROCESSES = 64
"""Of one namespace, that are asked whose it is."""


@dataclass
class Pod:
    """A network namespace that is not the probe's own."""

    netns: int | None
    """What ``ls -i`` shows of it."""
    pid: int | None
    """The process in it with the lowest id; None = there is none."""
    label: str | None = None
    name: str | None = None
    """``namespace/name``, if kubelet runs it."""
    uid: str | None = None
    containers: tuple[str, ...] = ()
    hostname: str | None = None
    nested: bool = False
    """It is joined to another namespace, and not to the probe's own."""
    addresses: list[str] = field(default_factory=list)
    documents: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as an object of the document."""
        found = dict(vars(self))
        if self.label is None:
            del found["label"]
        return found


class Found(NamedTuple):
    """Pods, and what is wrong."""

    pods: list[Pod]
    problems: list[str]
    """Of those that were asked for."""
    others: list[str]
    """Problems of all others."""


def read_pods(labelled: list[Namespace], lifeline: Lifeline, *, with_documents: bool) -> Found:
    """Return the namespaces that were asked for, then all others.

    ``with_documents``: the others have documents, too.
    """
    namespaces, others = _find_namespaces()
    found = Found([], [], others)
    names = read_names()
    for namespace in labelled:
        number = identify(namespace)
        inside = namespaces.pop(number, []) if number else []
        pod = Pod(number, inside[0] if inside else None, namespace.label)
        if _describe(pod, namespace, inside, names, found.problems):
            _take(ask(namespace, POD_PROGRAMS, lifeline), pod, found.problems)
        found.pods.append(pod)
    for number, inside in sorted(namespaces.items(), key=lambda item: item[1]):
        lifeline.wait(0)
        if lifeline.is_over:
            others.append("pods: ended early, not all namespaces were looked at")
            break
        namespace = Namespace(f"process {inside[0]}", f"/proc/{inside[0]}/ns/net")
        pod = Pod(number, inside[0])
        if _describe(pod, namespace, inside, names, others) and with_documents:
            _take(ask_kernel(namespace, POD_PROGRAMS), pod, others)
        found.pods.append(pod)
    return found


def _take(answers: Answers, pod: Pod, problems: list[str]) -> None:
    pod.documents.update(answers.documents)
    name = pod.label or f"process {pod.pid}"
    problems += [f"{name}: {problem}" for problem in answers.problems]


def _find_namespaces() -> tuple[dict[int, list[int]], list[str]]:
    """Return all namespaces but the own, each with processes in it, the lowest id first."""
    own = identify(OWN)
    found: dict[int, list[int]] = {}
    denied = 0
    for process in processes():
        try:
            number = os.stat(f"/proc/{process}/ns/net").st_ino
        except PermissionError:
            denied += 1
            continue
        except OSError:  # it has ended
            continue
        if number == own:
            continue
        if number not in found and len(found) == MOST_NAMESPACES:
            return found, [f"pods: more than {MOST_NAMESPACES} namespaces, the rest left out"]
        inside = found.setdefault(number, [])
        if len(inside) < _MOST_PROCESSES:
            inside.append(process)
    return found, [f"pods: processes that may not be looked at: {denied}"] if denied else []


def _describe(
    pod: Pod, namespace: Namespace, inside: Sequence[int], names: Mapping[str, str],
    problems: list[str],
) -> bool:  # fmt: skip
    """Add what the namespace and its processes tell; return False if it cannot be entered."""
    here = open_here()
    try:
        pod.addresses, pod.nested, owner = run_in_namespace(
            namespace, lambda: _look_around(inside, here)
        )
    except OSError as error:
        if pod.label is not None or pod.pid is None or os.path.exists(f"/proc/{pod.pid}"):
            problems.append(explain(error))
        return False
    finally:
        os.close(here)
    pod.uid, pod.containers, pod.hostname = owner.uid, owner.containers, owner.hostname
    pod.name = names.get(owner.uid or "")
    return True


def _look_around(processes: Sequence[int], here: int) -> tuple[list[str], bool, Owner]:
    """Return addresses, whether it is nested, whose the processes are; in a thread of its own."""
    with Netlink() as netlink:
        addresses = global_addresses(netlink)
        nested = bool(addresses) and is_nested(netlink, here)
        return addresses, nested, identify_owner(processes)
