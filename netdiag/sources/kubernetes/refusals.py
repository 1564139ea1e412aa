"""What kubectl prints when it fails -> what went wrong, as one sentence."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

MOST_TOLD: Final = 500
MOST_SAID: Final = 200
_FROM_SERVER: Final = re.compile(
    r"Error from server(?: \((?P<reason>\w+)\))?: (?:error when creating \S+: )?(?P<text>.*)"
)
_FORBIDDEN: Final = re.compile(
    r'.*? is forbidden: User "(?P<user>[^"]*)" cannot (?P<verb>\S+) resource "(?P<what>[^"]*)"'
    r' in API group "[^"]*"(?: (?P<where>in the namespace "[^"]*"|at the cluster scope))?'
)
_BEGIN: Final = re.compile(r"Error from server|error: |Unable to connect|The connection to ")
"""Of what kubectl says at its end; a webhook's refusal has more lines."""
_LOG: Final = re.compile(r"[EIWF]\d{4} |Warning: |command terminated with exit code")
_NO_CLUSTER: Final = (
    "connection to the server",
    "Unable to connect to the server",
    "i/o timeout",
    "connection refused",
    "no such host",
    "context deadline exceeded",
    "Client.Timeout exceeded",
    "unexpected EOF",
)
_NO_ADDRESS: Final = "The connection to the server localhost:8080 was refused"
"""Where kubectl looks when nothing tells it where."""
_NO_FILE: Final = re.compile(r"error: stat (?P<path>\S.*): no such file or directory")
_FAILED: Final = re.compile(
    r"(?:Error from server \(InternalError\)|error): (?:Internal error occurred: )(?P<why>.*)"
    r"|Error from server \(InternalError\): (?P<text>.*)"
)
_NO_KUBELET: Final = "error dialing backend: "
_NO_PROGRAM: Final = re.compile(
    r"executable file (?:`\S*` )?not found|(?:exec|stat) \S+: no such file or directory"
)
"""The words of runc, crun, and runtimes around them."""
_NO_SESSION: Final = ("(Unauthorized)", "must be logged in", "getting credentials")
_NO_CONTEXT: Final = re.compile(r"context .* (?:does not exist|was not found)|no configuration")


class Kind(Enum):
    """What went wrong."""

    NOT_FOUND = auto()
    FORBIDDEN = auto()
    NOT_LOGGED_IN = auto()
    NO_CLUSTER = auto()
    NO_PROGRAM = auto()
    """In a container."""
    OTHER = auto()


class KubectlError(Exception):
    """A request failed: one sentence."""

    def __init__(self, kind: Kind, sentence: str) -> None:
        """Say what went wrong."""
        super().__init__(sentence)
        self.kind = kind


def refusal(complaint: str) -> KubectlError:
    """Return the error that kubectl's standard error tells."""
    line = _telling_line(complaint)
    if no_file := _NO_FILE.match(line):
        return KubectlError(Kind.NO_CLUSTER, f"no cluster: there is no file {no_file['path']}")
    if _NO_PROGRAM.search(line):
        return KubectlError(Kind.NO_PROGRAM, line.removeprefix("error: "))
    told = _FROM_SERVER.search(line)
    if told is not None and told["reason"] == "Forbidden":
        return KubectlError(Kind.FORBIDDEN, _forbidden(told["text"]))
    if told is not None and told["reason"] == "NotFound":
        return KubectlError(Kind.NOT_FOUND, told["text"])
    if any(words in line for words in _NO_SESSION):
        return KubectlError(
            Kind.NOT_LOGGED_IN,
            f"the cluster knows nobody by these credentials: {line}{_said_before(line, complaint)}",
        )
    if _NO_CONTEXT.search(line):
        return KubectlError(Kind.NO_CLUSTER, f"no cluster: {line.removeprefix('error: ')}")
    if _NO_ADDRESS in line:
        return KubectlError(
            Kind.NO_CLUSTER,
            "no cluster: kubectl knows none here: --kubeconfig FILE, or KUBECONFIG, says which",
        )
    if failed := _FAILED.match(line):
        return KubectlError(Kind.NO_CLUSTER, _failed(failed["why"] or failed["text"] or ""))
    if any(words in line for words in _NO_CLUSTER):
        return KubectlError(Kind.NO_CLUSTER, f"the cluster does not answer: {line}")
    text = told["text"] if told else line.removeprefix("error: ")
    return KubectlError(Kind.OTHER, f"kubectl: {text}")


def _telling_line(complaint: str) -> str:
    """Return what says why, as one line: from where kubectl begins to, else the last line."""
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    telling = [line for line in lines if not _LOG.match(line)]
    begins = [at for at, line in enumerate(telling) if _BEGIN.match(line)]
    if begins:
        return " ".join(telling[begins[-1] :])[:MOST_TOLD]
    return (telling or lines or ["it failed and did not say why"])[-1][:MOST_TOLD]


def _said_before(line: str, complaint: str) -> str:
    """Return what a program that logs in said itself before it failed, as a part of a sentence."""
    if "exec: executable" not in line:
        return ""
    said = [each.strip() for each in complaint.splitlines() if not _LOG.match(each.strip())]
    before = [each for each in said[: _begin_of(said)] if each]
    return f" ({before[-1][:MOST_SAID]})" if before else ""


def _begin_of(lines: list[str]) -> int:
    return next((at for at, line in enumerate(lines) if _BEGIN.match(line)), 0)


def _failed(why: str) -> str:
    if why.startswith(_NO_KUBELET):
        why = why.removeprefix(_NO_KUBELET)
        return f"the API server does not reach the node's kubelet: {why}"
    return f"the API server failed: {why}"


def names_missing_program(words: str) -> bool:
    """Tell whether a runtime says that a container's program is not in its image."""
    return _NO_PROGRAM.search(words) is not None


def _forbidden(text: str) -> str:
    told = _FORBIDDEN.match(text)
    if told is None:  # by admission: it says itself what is not allowed
        return text
    where = told["where"]
    what = f"{told['what']} {where}" if where else told["what"]
    return f"not allowed to {told['verb']} {what} (as {told['user']})"
