"""Pods that probes run in, one on each node: those of a DaemonSet, or temporary ones.

Temporary ones are deleted when the block ends; by their guard if we are killed; by the kubelet
after their deadline if the guard is killed, too.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from netdiag.sources.inventory.places import LackingError
from netdiag.sources.kubernetes.guard import Guard
from netdiag.sources.kubernetes.kubectl import Kubectl, Object, pods_path
from netdiag.sources.kubernetes.manifests import INSTANCE, ProbeWanted, new_instance, probe_pod
from netdiag.sources.kubernetes.objects import ClusterPod
from netdiag.sources.kubernetes.pod_news import PodNews
from netdiag.sources.kubernetes.refusals import Kind, KubectlError, names_missing_program

READY_SECONDS: Final = 120.0
"""An image may have to come from afar."""

QUIET_SECONDS: Final = 5.0
_NO_IMAGE: Final = ("ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName")
_HOPELESS: Final = (
    "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "CrashLoopBackOff",
)  # fmt: skip
Tell = Callable[[str], None]


@dataclass(frozen=True)
class ProbePod:
    """A pod that probes are run in."""

    namespace: str
    name: str
    image: str
    has_python: bool = False
    """Whether that is known without a look; False: it may have."""


class NoSleepError(Exception):
    """The image has no program that does nothing."""


def manifests(
    nodes: Sequence[str], namespace: str, wanted: ProbeWanted, *, by_python: bool = False
) -> list[Object]:
    """Return the temporary pods that would be made on nodes."""
    instance = new_instance()
    return [probe_pod(node, namespace, instance, wanted, by_python=by_python) for node in nodes]


@contextlib.contextmanager
def temporary_pods(
    kubectl: Kubectl, pods: Sequence[Object], tell: Tell, warn: Tell,
    meanwhile: Callable[[], None],
) -> Iterator[Mapping[str, ProbePod]]:  # fmt: skip
    """Make pods side by side, wait until all are ready, and delete them in the end.

    ``meanwhile`` is called while they start; ``warn`` gets a sentence if that takes long, or they
    are not deleted. Raises NoSleepError; LackingError: why they cannot be made.
    """
    made = {str(pod["spec"]["nodeName"]): _made(pod) for pod in pods}
    namespace = next(iter(made.values())).namespace
    instance = pods[0]["metadata"]["labels"][INSTANCE]
    guard = Guard(kubectl, namespace, [each.name for each in made.values()])
    news = PodNews(kubectl, namespace, f"{INSTANCE}={instance}")
    is_sure = False
    try:
        try:
            _create(kubectl, pods, namespace)
            is_sure = True
            tell(f"waiting for probe pods on {', '.join(made)}")
            meanwhile()
            _await(news, made, warn)
        finally:
            news.close()
        yield made
    except _RefusedError as error:
        is_sure = error.is_sure
        raise LackingError(str(error)) from None
    finally:
        why = guard.delete(is_sure=is_sure)
        if why:
            names = ", ".join(f"{each.namespace}/{each.name}" for each in made.values())
            seconds = pods[0]["spec"]["activeDeadlineSeconds"]
            warn(
                f"probe pods may be left ({names}): {why}; they end by themselves within"
                f" {seconds} s, and 'netdiag cleanup' deletes them"
            )


class _RefusedError(Exception):
    """A pod is not made."""

    def __init__(self, sentence: str, *, is_sure: bool) -> None:
        super().__init__(sentence)
        self.is_sure = is_sure
        """Whether none of them is being made any more."""


def _made(pod: Object) -> ProbePod:
    metadata = pod["metadata"]
    image = pod["spec"]["containers"][0]["image"]
    return ProbePod(str(metadata["namespace"]), str(metadata["name"]), str(image))


def _create(kubectl: Kubectl, pods: Sequence[Object], namespace: str) -> None:
    """Have pods made, all of them. Raises _RefusedError."""
    requests = [kubectl.create(pods_path(namespace), pod) for pod in pods]
    errors: list[KubectlError] = []
    try:
        for request in requests:
            try:
                request.text()
            except KubectlError as error:
                errors.append(error)
    finally:
        for request in requests:
            request.give_up()
    if errors:
        is_sure = all(error.kind is not Kind.NO_CLUSTER for error in errors)
        raise _RefusedError(_not_made(namespace, errors[0]), is_sure=is_sure)


def _not_made(namespace: str, error: KubectlError) -> str:
    remedy = ""
    if "PodSecurity" in str(error):
        remedy = ": name a namespace that allows privileged pods, by --probe-namespace"
    elif error.kind in (Kind.FORBIDDEN, Kind.NOT_FOUND) or "denied the request" in str(error):
        remedy = "; --probe-namespace names another"
    return f"no probe pod can be made in the namespace {namespace!r}: {error}{remedy}"


def _await(news: PodNews, made: Mapping[str, ProbePod], warn: Tell) -> None:
    """Wait until all are ready. Raises NoSleepError, and LackingError: one never will be."""
    nodes = {each.name: node for node, each in made.items()}
    begin = time.monotonic()
    is_told = False
    while nodes:
        try:
            found = news.wait(nodes)
        except KubectlError as error:
            raise LackingError(f"a probe pod cannot be waited for: {error}") from None
        seconds = time.monotonic() - begin
        for pod in found:
            if pod.is_ready:
                nodes.pop(pod.name, None)
            elif pod.name in nodes:
                _check(pod, nodes[pod.name], is_late=seconds > READY_SECONDS)
        late = [pod for pod in found if pod.name in nodes]
        if late and seconds > QUIET_SECONDS and not is_told:
            is_told = True
            warn(f"waiting for the probe pod on {nodes[late[0].name]}: {_state(late[0])}")


def _state(pod: ClusterPod) -> str:
    return pod.reason or f"it is {pod.phase}"


def _check(pod: ClusterPod, node: str, *, is_late: bool) -> None:
    """Raise LackingError if a pod is never going to be ready, NoSleepError if that is why."""
    why = _state(pod)
    if names_missing_program(pod.reason):
        raise NoSleepError(f"the probe pod on {node} does not start: {why}")
    if pod.reason.startswith(_NO_IMAGE):
        raise LackingError(
            f"the probe pod on {node} gets no image: {why}; --image names another,"
            " any with Python 3.9 or newer"
        )
    if pod.reason.startswith(_HOPELESS) or pod.phase in ("Failed", "Succeeded"):
        raise LackingError(f"the probe pod on {node} does not start: {why}")
    if is_late:
        raise LackingError(
            f"the probe pod on {node} is not ready after {READY_SECONDS:.0f} s: {why}"
        )
