"""A request, as verb, resource and name: what tests look at, and what rules are about."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tests.kubernetes.serving import Object, Request

_PATH: Final = re.compile(
    r"(?P<prefix>/api/v1|/apis/[^/]+/[^/]+)"
    r"(?:/namespaces/(?P<namespace>[^/]+)(?=/[^/]))?"
    r"/(?P<resource>[^/]+)(?:/(?P<name>[^/]+))?(?:/(?P<below>[^/]+))?"
)
_VERBS: Final = {"POST": "create", "PUT": "update", "PATCH": "patch"}


@dataclass(frozen=True)
class Asked:
    """A request, as a test looks at it."""

    verb: str
    """get, list, watch, create, delete, deletecollection, patch, update; of what is no
    resource ``get``."""
    resource: str
    """With what is below: ``pods/exec``; of what is no resource its path."""
    namespace: str | None
    """None: of all, or of none."""
    name: str | None
    query: Mapping[str, list[str]]
    body: Object | None = None

    @property
    def is_for_all(self) -> bool:
        """Tell whether it lists all of its kind, without any selector."""
        selectors = ("fieldSelector", "labelSelector")
        return self.verb == "list" and not any(each in self.query for each in selectors)


def parts_of(path: str) -> re.Match[str] | None:
    """Return prefix, namespace, resource, name and what is below, of a path."""
    return _PATH.fullmatch(path)


def read_asked(request: Request, found: re.Match[str]) -> Asked:
    """Return what a request asks for."""
    name = found["name"]
    match request.method:
        case "GET" if request.flag("watch"):
            verb = "watch"
        case "GET":
            verb = "get" if name else "list"
        case "DELETE":
            verb = "delete" if name else "deletecollection"
        case other:
            verb = _VERBS[other]
    resource = f"{found['resource']}/{found['below']}" if found["below"] else found["resource"]
    is_object = request.body and verb in ("create", "update", "patch")
    body = json.loads(request.body) if is_object else None
    return Asked(verb, resource, found["namespace"], name, request.query, body)
