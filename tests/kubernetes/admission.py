"""What an API server looks at before it stores an object: its fields, Pod Security."""

from __future__ import annotations

from typing import Final

from tests.kubernetes.refusals import RefusedError, bad_request, not_found
from tests.kubernetes.resources import Resource
from tests.kubernetes.serving import Object
from tests.kubernetes.store import Store

_POD: Final = frozenset(
    (
        "activeDeadlineSeconds", "affinity", "automountServiceAccountToken", "containers",
        "dnsPolicy", "enableServiceLinks", "ephemeralContainers", "hostAliases", "hostIPC",
        "hostNetwork", "hostPID", "hostname", "imagePullSecrets", "initContainers", "nodeName",
        "nodeSelector", "os", "overhead", "preemptionPolicy", "priority", "priorityClassName",
        "readinessGates", "restartPolicy", "runtimeClassName", "schedulerName",
        "securityContext", "serviceAccount", "serviceAccountName", "shareProcessNamespace",
        "subdomain", "terminationGracePeriodSeconds", "tolerations",
        "topologySpreadConstraints", "volumes",
    )
)  # fmt: skip
_CONTAINER: Final = frozenset(
    (
        "args", "command", "env", "envFrom", "image", "imagePullPolicy", "lifecycle",
        "livenessProbe", "name", "ports", "readinessProbe", "resources", "restartPolicy",
        "securityContext", "startupProbe", "stdin", "stdinOnce", "terminationMessagePath",
        "terminationMessagePolicy", "tty", "volumeDevices", "volumeMounts", "workingDir",
    )
)  # fmt: skip
_SECURITY: Final = frozenset(
    (
        "allowPrivilegeEscalation", "appArmorProfile", "capabilities", "privileged", "procMount",
        "readOnlyRootFilesystem", "runAsGroup", "runAsNonRoot", "runAsUser", "seLinuxOptions",
        "seccompProfile",
    )
)  # fmt: skip
ENFORCE: Final = "pod-security.kubernetes.io/enforce"


def admitted(store: Store, resource: Resource, made: Object) -> Object:
    """Return an object as it is stored. Raises RefusedError."""
    metadata = made.get("metadata", {})
    namespace = metadata.get("namespace")
    if resource.namespaced and store.find("namespaces", None, namespace) is None:
        raise not_found("namespaces", str(namespace))
    if resource.name == "namespaces":
        return {**made, "status": {"phase": "Active"}}
    if resource.name == "daemonsets":
        _check_fields(resource, made["spec"]["template"]["spec"], "spec.template.spec")
    if resource.name != "pods":
        return made
    _check_fields(resource, made["spec"], "spec")
    _check_security(store, made)
    spec = {
        "restartPolicy": "Always", "terminationGracePeriodSeconds": 30, "dnsPolicy": "ClusterFirst",
        "serviceAccountName": "default", **made["spec"],
    }  # fmt: skip
    status = {"phase": "Pending", "qosClass": "BestEffort"}
    return {**made, "spec": spec, "status": status}


def _check_fields(resource: Resource, spec: Object, where: str) -> None:
    unknown = [f"{where}.{each}" for each in spec if each not in _POD]
    containers = spec.get("containers") or []
    for at, container in enumerate(containers):
        here = f"{where}.containers[{at}]"
        unknown += [f"{here}.{each}" for each in container if each not in _CONTAINER]
        for each in container.get("securityContext", {}):
            if each not in _SECURITY:
                unknown.append(f"{here}.securityContext.{each}")
    if unknown:
        listed = ", ".join(f'unknown field "{each}"' for each in unknown)
        raise bad_request(
            f'{resource.kind} in version "{resource.version}" cannot be handled as a '
            f"{resource.kind}: strict decoding error: {listed}"
        )
    for at, container in enumerate(containers):
        for needed in ("name", "image"):
            if not container.get(needed):
                message = f"{where}.containers[{at}].{needed}: Required value"
                raise RefusedError(422, "Invalid", f"{resource.kind} is invalid: {message}")
    if not containers:
        message = f"{where}.containers: Required value"
        raise RefusedError(422, "Invalid", f"{resource.kind} is invalid: {message}")


def _check_security(store: Store, pod: Object) -> None:
    """Refuse what a namespace does not admit; of its rules only the namespaces of the host."""
    namespace = pod["metadata"]["namespace"]
    found = store.find("namespaces", None, namespace) or {}
    level = (found.get("metadata", {}).get("labels") or {}).get(ENFORCE, "privileged")
    used = [each for each in ("hostNetwork", "hostPID", "hostIPC") if pod["spec"].get(each)]
    if level != "privileged" and used:
        name = pod["metadata"].get("name", pod["metadata"].get("generateName", ""))
        listed = ", ".join(f"{each}=true" for each in used)
        message = (
            f'pods "{name}" is forbidden: violates PodSecurity "{level}:latest": '
            f"host namespaces ({listed})"
        )
        raise RefusedError(403, "Forbidden", message, name=name, kind="pods")
