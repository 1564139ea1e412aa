"""Status objects, in the words of a real API server.

Source: k8s.io/apimachinery/pkg/api/errors
"""

from __future__ import annotations

from tests.kubernetes.serving import Object


class RefusedError(Exception):
    """A request is answered by a Status."""

    def __init__(self, code: int, reason: str, message: str, **details: object) -> None:
        super().__init__(message)
        self.code = code
        self.status: Object = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason,
            "details": details,
            "code": code,
        }


def forbidden(
    user: str, verb: str, resource: str, group: str, namespace: str | None, name: str | None
) -> RefusedError:
    """Return what RBAC says; ``resource`` with its subresource: ``pods/exec``."""
    plain = resource.partition("/")[0]
    what = f'{_qualified(plain, group)} "{name}"' if name else _qualified(plain, group)
    where = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
    message = (
        f'{what} is forbidden: User "{user}" cannot {verb} resource "{resource}" '
        f'in API group "{group}" {where}'
    )
    return RefusedError(403, "Forbidden", message, kind=plain, **({"name": name} if name else {}))


def not_found(resource: str, name: str, group: str = "") -> RefusedError:
    """Return that there is no object of this name."""
    message = f'{_qualified(resource, group)} "{name}" not found'
    return RefusedError(404, "NotFound", message, name=name, kind=resource)


def no_such_path() -> RefusedError:
    """Return that there is no such resource at all."""
    return RefusedError(404, "NotFound", "the server could not find the requested resource")


def already_exists(resource: str, name: str) -> RefusedError:
    """Return that there is an object of this name."""
    message = f'{resource} "{name}" already exists'
    return RefusedError(409, "AlreadyExists", message, name=name, kind=resource)


def bad_request(message: str) -> RefusedError:
    """Return that the request makes no sense."""
    return RefusedError(400, "BadRequest", message)


def internal(message: str) -> RefusedError:
    """Return that something else went wrong."""
    causes = [{"message": message}]
    return RefusedError(500, "InternalError", f"Internal error occurred: {message}", causes=causes)


def unauthorized() -> RefusedError:
    """Return that it is not known who asks."""
    return RefusedError(401, "Unauthorized", "Unauthorized")


def _qualified(resource: str, group: str) -> str:
    return f"{resource}.{group}" if group else resource
