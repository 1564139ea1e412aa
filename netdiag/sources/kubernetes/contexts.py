"""The context that kubectl uses, looked up while other things happen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from netdiag.sources.kubernetes.kubectl import Kubectl
from netdiag.sources.kubernetes.refusals import KubectlError

DEFAULT: Final = "default"
"""The namespace of contexts that name none."""

_POD_NAMESPACE: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


@dataclass(frozen=True)
class Context:
    """A context of a kubeconfig."""

    name: str | None
    """None: there is none, as inside a pod."""
    namespace: str


class ContextRequest:
    """A kubectl that looks its context up."""

    def __init__(self, kubectl: Kubectl) -> None:
        """Start it. Raises LackingError: there is no kubectl."""
        self.kubectl = kubectl
        self._request = kubectl.configuration()

    def context(self) -> Context:
        """Wait for it and return it; once."""
        try:
            told = self._request.object()
        except KubectlError:  # no kubeconfig, or no such context: what comes next tells
            return Context(self.kubectl.context, _namespace_of_pod())
        contexts = told.get("contexts")
        first = contexts[0] if isinstance(contexts, list) and contexts else {}
        namespace = (first.get("context") or {}).get("namespace") or DEFAULT
        return Context(first.get("name") or self.kubectl.context, namespace)


def current_context(kubectl: Kubectl) -> Context:
    """Return it at once. Raises LackingError: there is no kubectl."""
    return ContextRequest(kubectl).context()


def _namespace_of_pod() -> str:
    """Return the namespace of the pod that this may be run in."""
    try:
        return _POD_NAMESPACE.read_text().strip() or DEFAULT
    except OSError:
        return DEFAULT
