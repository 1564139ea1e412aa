"""Who may do what: the user of the tests, by roles or by what is forbidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tests.kubernetes.asked import Asked
from tests.kubernetes.refusals import forbidden
from tests.kubernetes.resources import Resource
from tests.kubernetes.serving import Object

USER: Final = "jane"


class Access:
    """Everything is allowed until something is said."""

    def __init__(self) -> None:
        self._forbidden: list[tuple[str, str, str | None]] = []
        self._roles: list[tuple[Sequence[Object], str | None]] | None = None

    def forbid(self, verb: str, resource: str, namespace: str | None = None) -> None:
        """Forbid a verb, or ``*``, on a resource, everywhere or in a namespace."""
        self._forbidden.append((verb, resource, namespace))

    def allow_only(self, rules: Sequence[Object], namespace: str | None = None) -> None:
        """Forbid all but what the ``rules`` of roles allow; namespace: that of a RoleBinding."""
        self._roles = [*(self._roles or ()), (rules, namespace)]

    def check(self, asked: Asked, resource: Resource) -> None:
        """Raise RefusedError if it is not allowed."""
        if resource.name == "selfsubjectaccessreviews":
            return
        if resource.name == "namespaces" and asked.name:
            namespace: str | None = asked.name
        else:
            namespace = asked.namespace
        if not self._allows(asked.verb, resource.group, asked.resource, namespace, asked.name):
            raise forbidden(
                USER, asked.verb, asked.resource, resource.group, asked.namespace, asked.name
            )

    def review(self, review: Object) -> Object:
        """Return a SelfSubjectAccessReview, answered."""
        wanted: dict[str, Any] = review.get("spec", {}).get("resourceAttributes", {})
        below = wanted.get("subresource")
        resource = wanted.get("resource", "") + (f"/{below}" if below else "")
        allowed = self._allows(
            wanted.get("verb", ""), wanted.get("group", ""), resource,
            wanted.get("namespace") or None, wanted.get("name") or None,
        )  # fmt: skip
        return {**review, "status": {"allowed": allowed}}

    def _allows(
        self, verb: str, group: str, resource: str, namespace: str | None, name: str | None
    ) -> bool:
        for no_verb, no_resource, where in self._forbidden:
            meant = no_verb in ("*", verb) and no_resource in ("*", resource)
            if meant and where in (None, namespace):
                return False
        return self._roles is None or any(
            where in (None, namespace) and _permits(rule, verb, group, resource, name)
            for rules, where in self._roles
            for rule in rules
        )


def _permits(rule: Object, verb: str, group: str, resource: str, name: str | None) -> bool:
    return (
        bool({"*", verb} & set(rule.get("verbs", ())))
        and bool({"*", group} & set(rule.get("apiGroups", ())))
        and bool({"*", resource} & set(rule.get("resources", ())))
        and (not rule.get("resourceNames") or name in rule["resourceNames"])
    )
