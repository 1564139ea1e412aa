"""YAML as the values that JSON knows, within bounds; built from events, so no tag makes objects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml reads the same, slowly
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

BROKEN: Final = "is neither JSON nor YAML, or breaks off"
TOO_LARGE: Final = "is more than 4 MiB of YAML"
TOO_DEEP: Final = "is YAML that is nested too deeply"
TOO_MANY_ALIASES: Final = "has too many YAML aliases"

_MOST_CHARACTERS: Final = 4 << 20
_MOST_DEPTH: Final = 100
_MOST_ALIASES: Final = 8
"""They may multiply what stands in the document by 18 at most."""

_WORDS: Final = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})", re.ASCII)
_FLOAT: Final = re.compile(r"-?[0-9]{1,17}\.[0-9]{1,17}", re.ASCII)
_END: Final = object()


class _RefusedError(Exception):
    """A bound was met; the text says which."""


def read_yaml(text: str) -> tuple[list[Any], list[str]]:
    """Return the documents of a text, and what is wrong; those before an error count.

    Times, ``10:20`` and numbers of more than 18 digits stay text.
    """
    if len(text) > _MOST_CHARACTERS:
        return [], [TOO_LARGE]
    documents: list[Any] = []
    try:
        documents.extend(_documents(text))
    except yaml.YAMLError:
        return documents, [BROKEN]
    except _RefusedError as refused:
        return documents, [str(refused)]
    return documents, []


def _documents(text: str) -> Iterator[Any]:
    builder = _Builder()
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.DocumentStartEvent):
            builder = _Builder()
        elif isinstance(event, yaml.DocumentEndEvent):
            yield builder.root
        else:
            builder.take(event)


class _Builder:
    """One document that is being built."""

    def __init__(self) -> None:
        self.root: Any = None
        self._open: list[tuple[Any, Any]] = []
        """Containers that are not ended, each with the key that waits for its value."""
        self._anchors: dict[str, Any] = {}
        self._aliases = 0

    def take(self, event: yaml.Event) -> None:
        """Add what an event says."""
        if isinstance(event, yaml.ScalarEvent):
            self._keep(event.anchor, _scalar(event))
        elif isinstance(event, yaml.MappingStartEvent):
            self._begin(event.anchor, {})
        elif isinstance(event, yaml.SequenceStartEvent):
            self._begin(event.anchor, [])
        elif isinstance(event, yaml.CollectionEndEvent):
            self._add(self._open.pop()[0])
        elif isinstance(event, yaml.AliasEvent):
            self._add(self._aliased(event.anchor))

    def _begin(self, anchor: str | None, container: Any) -> None:
        if len(self._open) == _MOST_DEPTH:
            raise _RefusedError(TOO_DEEP)
        self._anchor(anchor, container)
        self._open.append((container, _END))

    def _keep(self, anchor: str | None, value: Any) -> None:
        self._anchor(anchor, value)
        self._add(value)

    def _anchor(self, anchor: str | None, value: Any) -> None:
        if anchor:
            self._anchors[anchor] = value

    def _aliased(self, anchor: str | None) -> Any:
        self._aliases += 1
        if self._aliases > _MOST_ALIASES:
            raise _RefusedError(TOO_MANY_ALIASES)
        value = self._anchors.get(anchor or "")
        if any(container is value for container, _ in self._open):
            raise _RefusedError(BROKEN)  # it would hold itself
        return value

    def _add(self, value: Any) -> None:
        if not self._open:
            self.root = value
            return
        container, key = self._open[-1]
        if isinstance(container, list):
            container.append(value)
        elif key is _END:
            self._open[-1] = (container, _key(value))
        else:
            container[key] = value
            self._open[-1] = (container, _END)


def _key(value: Any) -> str:
    """Return a key as JSON has it; containers are none that a document here would have."""
    if isinstance(value, str):
        return value
    return "" if isinstance(value, (dict, list)) else str(value)


def _scalar(event: yaml.ScalarEvent) -> Any:
    value: str = event.value
    if not event.implicit[0]:
        return value
    if value in _WORDS:
        return _WORDS[value]
    if _INTEGER.fullmatch(value):
        return int(value)
    return float(value) if _FLOAT.fullmatch(value) else value
