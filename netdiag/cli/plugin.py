"""netdiag as a plugin of kubectl: what kubectl's own shell completion asks it for.

kubectl runs ``kubectl_complete-netdiag`` with the words after ``kubectl netdiag``, the last one
being completed, and reads candidates, one a line, and a line with what the shell shall do.

https://github.com/kubernetes/enhancements/tree/master/keps/sig-cli, kubectl 1.26
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Final

NO_FILES: Final = ":4"
"""cobra's ShellCompDirectiveNoFileComp."""

FILES: Final = ":0"
MOST_PODS: Final = 250
_OF_CLUSTER: Final = {"--context": "context", "--kubeconfig": "kubeconfig", "-n": "namespace",
                      "--namespace": "namespace"}  # fmt: skip


def complete() -> None:
    """Print candidates for the last of the process's arguments."""
    words = sys.argv[1:] or [""]
    for line in candidates(words[:-1], words[-1]):
        print(line)  # noqa: T201


def candidates(words: Sequence[str], incomplete: str) -> Iterator[str]:
    """Yield what the incomplete word may become, and what the shell shall do besides."""
    from click.shell_completion import ShellComplete

    from netdiag.cli import netdiag

    asked = ShellComplete(netdiag, {}, "netdiag", "_NETDIAG_COMPLETE")
    found = asked.get_completions(list(words), incomplete)
    values = [each.value for each in found if each.type == "plain" and each.value]
    is_end = words[:1] == ["trace"] and not incomplete.startswith("-") and not values
    if is_end and not words[-1].startswith("-"):
        values = [name for name in pod_names(words) if name.startswith(incomplete)]
    yield from values
    yield FILES if any(each.type in ("file", "dir") for each in found) else NO_FILES


def pod_names(words: Sequence[str]) -> list[str]:
    """Return names of pods of the namespace that the words name; some, of very many."""
    from netdiag.sources.inventory.places import LackingError
    from netdiag.sources.kubernetes.contexts import current_context
    from netdiag.sources.kubernetes.kubectl import Kubectl, pods_path
    from netdiag.sources.kubernetes.objects import read_pod
    from netdiag.sources.kubernetes.refusals import KubectlError

    given = dict(_options(words))
    kubectl = Kubectl(given.get("context"), given.get("kubeconfig"))
    try:
        namespace = given.get("namespace") or current_context(kubectl).namespace
        request = kubectl.get(pods_path(namespace), limit=MOST_PODS)
        return [pod.name for pod in map(read_pod, request.items()) if pod.name.isprintable()]
    except (KubectlError, LackingError):
        return []


def _options(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    for at, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in _OF_CLUSTER and (equals or at + 1 < len(words)):
            yield _OF_CLUSTER[name], value if equals else words[at + 1]
