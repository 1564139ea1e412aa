"""The options that say which cluster, and what probes run in there."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from netdiag.cli import lacking
from netdiag.cli.output import ResultWriter, say
from netdiag.sources.inventory.places import InventoryError, LackingError

if TYPE_CHECKING:
    from netdiag.sources.kubernetes.contexts import ContextRequest
    from netdiag.sources.kubernetes.inventory import Cluster, ClusterPlaces

PULL_POLICIES = ("Always", "IfNotPresent", "Never")
MOST_SECONDS = 86_400
KUBECTL_GOGC = "400"
"""How lazily kubectl, a program in Go, collects garbage: it lives shortly, and this saves a quarter
of the processor time that each of its starts takes."""
SPARE_SECONDS = 300
"""What a command may take besides its work before probe pods end by themselves."""


@dataclass(frozen=True)
class KubernetesOptions:
    """What was typed."""

    kubernetes: bool
    context: str | None
    kubeconfig: str | None
    namespace: str | None
    image: str | None
    image_pull_policy: str | None
    probe_namespace: str | None
    dry_run: bool = False

    @property
    def is_meant(self) -> bool:
        """Tell whether a cluster is meant, by any of them or by how netdiag was called."""
        return is_plugin() or self.is_typed

    @property
    def is_typed(self) -> bool:
        """Tell whether any of them was typed."""
        return any(vars(self).values())

    def is_meant_besides(self, lab: str | None, local: bool, file: str | None) -> bool:
        """Tell whether it is a cluster that is meant, where other places may be named as well."""
        return self.is_typed or (is_plugin() and not _is_elsewhere(lab, local, file))

    def has_context(self) -> bool:
        """Tell whether kubectl is here and knows a cluster."""
        from netdiag.sources.kubernetes.contexts import current_context
        from netdiag.sources.kubernetes.kubectl import Kubectl

        try:
            return current_context(Kubectl(self.context, self.kubeconfig)).name is not None
        except LackingError:
            return False

    def ask_for_context(self) -> ContextRequest:
        """Have kubectl look up its context, while whoever asks loads what comes next."""
        from netdiag.sources.kubernetes.contexts import ContextRequest
        from netdiag.sources.kubernetes.kubectl import Kubectl

        os.environ.setdefault("GOGC", KUBECTL_GOGC)
        try:
            return ContextRequest(Kubectl(self.context, self.kubeconfig))
        except LackingError as error:
            raise lacking.LackingError(str(error)) from None

    def cluster(
        self, seconds: float, tell: Callable[[str], None], asked: ContextRequest | None = None
    ) -> Cluster:
        """Return the cluster; probe pods end after so many seconds by themselves.

        ``asked``: what was asked for its context already.
        """
        asked = asked or self.ask_for_context()
        from netdiag.sources.kubernetes.inventory import Cluster
        from netdiag.sources.kubernetes.manifests import IMAGE, ProbeWanted

        wanted = ProbeWanted(
            self.image or IMAGE, self.image_pull_policy, self.probe_namespace,
            min(MOST_SECONDS, int(seconds)),
        )  # fmt: skip
        context = asked.context()
        namespace = self.namespace or context.namespace
        return Cluster(asked.kubectl, context.name, namespace, wanted, tell, say)


def check_places(
    kubernetes: KubernetesOptions, lab: str | None, local: bool, file: str | None
) -> None:
    """Refuse to look in two kinds of places at once."""
    if kubernetes.is_typed and _is_elsewhere(lab, local, file):
        raise click.UsageError("--lab, --local and --inventory are not for a cluster")


def _is_elsewhere(lab: str | None, local: bool, file: str | None) -> bool:
    return lab is not None or local or file is not None


def is_plugin() -> bool:
    """Tell whether netdiag was called as ``kubectl netdiag``."""
    return os.path.basename(sys.argv[0]).startswith("kubectl-")


def cluster_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--context``, ``--kubeconfig`` and ``-n``."""
    for option in (
        click.option("-n", "--namespace", metavar="NS", help="Of pods typed without one."),
        click.option("--kubeconfig", type=click.Path(), metavar="FILE", help="As kubectl has it."),
        click.option("--context", metavar="NAME", help="The cluster, as kubectl has it."),
    ):
        function = option(function)
    return function


def kubernetes_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add all of them; the function gets them as one, ``kubernetes``."""
    dry_run = click.option(
        "--dry-run", is_flag=True, help="Print the pods that would be made, and do nothing."
    )
    return probing_options(dry_run(function))


def probing_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Do the same without ``--dry-run``."""

    @functools.wraps(function)
    def packed(**given: Any) -> Any:
        names = KubernetesOptions.__dataclass_fields__
        options = KubernetesOptions(**{name: given.pop(name) for name in names if name in given})
        return function(**given, kubernetes=options)

    with_options: Callable[..., Any] = packed
    for option in (
        click.option("--probe-namespace", metavar="NS",
                     help="Where they are made; without it where -n says."),
        click.option("--image-pull-policy", type=click.Choice(PULL_POLICIES), help="Of --image."),
        click.option("--image", metavar="IMAGE",
                     help="What probe pods run: any image with Python 3.9 or newer; with less to "
                     "tell, one with tcpdump and ip."),
    ):  # fmt: skip
        with_options = option(with_options)
    with_options = cluster_options(with_options)
    return click.option(
        "-k", "--kubernetes", is_flag=True, help="A cluster, by kubectl: its current context."
    )(with_options)


def open_named(
    kubernetes: KubernetesOptions, typed: Sequence[str], seconds: float
) -> contextlib.AbstractContextManager[ClusterPlaces]:
    """Have probe pods where the pods and nodes that were typed are, for so long at most."""
    if not typed:
        raise click.UsageError(
            "which pods and nodes of the cluster? It is not looked at as a whole"
        )
    return opened(kubernetes.cluster(seconds, _say_nothing), *typed)


def _say_nothing(step: str) -> None:
    """Keep a step to oneself."""


@contextlib.contextmanager
def opened(cluster: Cluster, *typed: str) -> Iterator[ClusterPlaces]:
    """Have probe pods where these pods and nodes are, while the block lasts.

    What is wrong is told in a sentence.
    """
    from netdiag.sources.kubernetes.inventory import open_cluster

    with contextlib.ExitStack() as stack:
        with told_in_a_sentence():
            found = stack.enter_context(open_cluster(cluster, *typed))
        for problem in found.inventory.problems:
            say(problem)
        yield found


def print_planned(cluster: Cluster, *typed: str) -> None:
    """Print the pods that would be made, as YAML that kubectl reads."""
    import yaml

    from netdiag.sources.kubernetes.inventory import planned_pods

    with told_in_a_sentence():
        pods = planned_pods(cluster, *typed)
    if not pods:
        say("nothing would be made: the probe pods of the DaemonSet are there")
    writer = ResultWriter()
    plain = json.loads(json.dumps(pods))  # no anchors for what several share
    for pod in plain:
        writer.write("---\n" + yaml.safe_dump(pod, sort_keys=False))
    writer.flush()


@contextlib.contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """Turn what is wrong with a cluster, or missing there, into a sentence and an exit code."""
    try:
        yield
    except InventoryError as error:
        raise click.UsageError(str(error)) from None
    except LackingError as error:
        raise lacking.LackingError(str(error)) from None
