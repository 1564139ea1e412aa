"""Which resources a server has, and what it says of them: discovery and OpenAPI."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.kubernetes.serving import Object

VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


@dataclass(frozen=True)
class Resource:
    """A kind of objects."""

    name: str
    kind: str
    group: str = ""
    version: str = "v1"
    namespaced: bool = True
    short: tuple[str, ...] = ()
    verbs: tuple[str, ...] = VERBS
    subresources: tuple[str, ...] = field(default=())

    @property
    def api_version(self) -> str:
        """Return ``v1`` or ``apps/v1``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def prefix(self) -> str:
        """Return what its paths begin with."""
        return f"/apis/{self.api_version}" if self.group else f"/api/{self.version}"


_RBAC = "rbac.authorization.k8s.io"
BUILT_IN = (
    Resource("nodes", "Node", namespaced=False, short=("no",), subresources=("status",)),
    Resource("namespaces", "Namespace", namespaced=False, short=("ns",)),
    Resource("pods", "Pod", short=("po",), subresources=("status", "log", "exec")),
    Resource("configmaps", "ConfigMap", short=("cm",)),
    Resource("services", "Service", short=("svc",)),
    Resource("secrets", "Secret"),
    Resource("serviceaccounts", "ServiceAccount", short=("sa",)),
    Resource("events", "Event", short=("ev",)),
    Resource("daemonsets", "DaemonSet", "apps", short=("ds",), subresources=("status",)),
    Resource("deployments", "Deployment", "apps", short=("deploy",)),
    Resource("replicasets", "ReplicaSet", "apps", short=("rs",)),
    Resource("endpointslices", "EndpointSlice", "discovery.k8s.io"),
    Resource("networkpolicies", "NetworkPolicy", "networking.k8s.io", short=("netpol",)),
    Resource("roles", "Role", _RBAC),
    Resource("rolebindings", "RoleBinding", _RBAC),
    Resource("clusterroles", "ClusterRole", _RBAC, namespaced=False),
    Resource("clusterrolebindings", "ClusterRoleBinding", _RBAC, namespaced=False),
    Resource(
        "selfsubjectaccessreviews", "SelfSubjectAccessReview", "authorization.k8s.io",
        namespaced=False, verbs=("create",),
    ),
    Resource(
        "customresourcedefinitions", "CustomResourceDefinition", "apiextensions.k8s.io",
        namespaced=False, short=("crd",),
    ),
)  # fmt: skip

_CALICO = "crd.projectcalico.org"
CALICO = (
    Resource("ippools", "IPPool", _CALICO, namespaced=False),
    Resource("felixconfigurations", "FelixConfiguration", _CALICO, namespaced=False),
    Resource("bgpconfigurations", "BGPConfiguration", _CALICO, namespaced=False),
    Resource("clusterinformations", "ClusterInformation", _CALICO, namespaced=False),
)


def discovery(resources: Iterable[Resource]) -> dict[str, Object]:
    """Return what is answered where kubectl asks which resources there are, by path."""
    by_version: dict[str, list[Resource]] = {}
    for each in resources:
        by_version.setdefault(each.prefix, []).append(each)
    documents = {prefix: _resource_list(those) for prefix, those in by_version.items()}
    groups = [those[0] for those in by_version.values() if those[0].group]
    documents["/api"] = {"kind": "APIVersions", "versions": ["v1"]}
    documents["/apis"] = {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [_group(each) for each in groups],
    }
    documents["/version"] = {
        "major": "1", "minor": "31", "gitVersion": "v1.31.14", "gitTreeState": "clean",
        "goVersion": "go1.23.12", "compiler": "gc", "platform": "linux/amd64",
        "gitCommit": "0" * 40, "buildDate": "2025-11-11T12:00:00Z",
    }  # fmt: skip
    documents["/openapi/v3"] = {
        "paths": {
            prefix.lstrip("/"): {"serverRelativeURL": f"/openapi/v3{prefix}?hash=1"}
            for prefix in by_version
        }
    }
    documents |= {f"/openapi/v3{prefix}": _open_api(those) for prefix, those in by_version.items()}
    return documents


def _resource_list(resources: Iterable[Resource]) -> Object:
    listed: list[Object] = []
    for each in resources:
        shown = {"namespaced": each.namespaced, "kind": each.kind}
        singular = each.kind.lower()
        listed.append(
            {"name": each.name, "singularName": singular, **shown, "verbs": list(each.verbs),
             "shortNames": list(each.short)}
        )  # fmt: skip
        for below in each.subresources:
            name = f"{each.name}/{below}"
            listed.append({"name": name, "singularName": "", **shown, "verbs": ["get", "create"]})
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": each.api_version,
        "resources": listed,
    }


def _group(resource: Resource) -> Object:
    version = {"groupVersion": resource.api_version, "version": resource.version}
    return {"name": resource.group, "versions": [version], "preferredVersion": version}


def _open_api(resources: Iterable[Resource]) -> Object:
    """Return just enough: kubectl looks whether a PATCH takes ``fieldValidation``."""
    paths = {}
    for each in resources:
        within = "/namespaces/{namespace}" if each.namespaced else ""
        paths[f"{each.prefix}{within}/{each.name}/{{name}}"] = {
            "patch": {
                "parameters": [{"name": "fieldValidation", "in": "query"}],
                "responses": {},
                "x-kubernetes-group-version-kind": {
                    "group": each.group, "version": each.version, "kind": each.kind
                },
            }
        }  # fmt: skip
    return {"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1.31"}, "paths": paths}
