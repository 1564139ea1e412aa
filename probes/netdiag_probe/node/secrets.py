"""Secrets taken out of what is read: of command lines, and of configuration files.

What is taken out is told by the name that stands before it. A name that only sounds like a secret
loses its value, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

HIDDEN = "(hidden)"

_WORDS = (
    "token|passw|passphrase|secret|psk|preshared|credential"
    "|private[-_]?key|api[-_]?key|key[-_]?data"
)
_NAMED = rf"""[\w.-]{{0,64}}(?:{_WORDS})[\w.-]{{0,64}}["']?"""
_NAME = re.compile(rf"(?i){_WORDS}|(?:^|[-_])key(?:$|[-_])")
_OF_URL = re.compile(r"//[^/@\s\"']{1,512}@")
_LINE = re.compile(
    rf"""(?i)({_NAMED}[ \t]*[:=]?[ \t]*)("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s;"']+)""",
)
_BLOCK = re.compile(
    rf"""(?im)^([ \t]*)((?:- )?["']?{_NAMED}:)[ \t]*[|>]?[-+]?[ \t]*\n"""
    r"(?:\1(?:[ \t]+|- )\S[^\n]*(?:\n|\Z)|[ \t]*\n)+"
)
"""A list or a text of several lines in YAML."""
_NAMED_VALUE = re.compile(rf"""(?i)(name:[ \t]*["']?{_NAMED}\s+value:[ \t]*)\S[^\n]*""")
"""A variable of a container's environment in YAML."""

_FORBIDDEN = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|client-key-data|client-certificate-data|(?m:^kind:\s*Secret\b)"
    r'|"kind"\s*:\s*"Secret"'
)


def is_credentials(text: str) -> bool:
    """Return True for a file that is there for its secrets: a kubeconfig, a key, a Secret."""
    return _FORBIDDEN.search(text) is not None


def hide_in_text(text: str) -> str:
    """Return a configuration file without the values of what is named like a secret."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _hide_in_lines(text)
    hidden = _hide_in_json(value)
    return text if hidden == value else json.dumps(hidden, indent=2) + "\n"


def hide_in_words(words: Iterable[str]) -> Iterator[str]:
    """Yield the words of a command line without the values of options named like a secret."""
    is_secret = False
    for word in words:
        name, equals, value = word.partition("=")
        is_option = name.startswith("-")
        if is_secret and not is_option:
            yield HIDDEN
        elif equals and _names_secret(name.lstrip("-")):
            yield f"{name}={HIDDEN}"
        else:
            yield _LINE.sub(rf"\g<1>{HIDDEN}", _hide_in_url(word)) if value else _hide_in_url(word)
        is_secret = is_option and not equals and _names_secret(name.lstrip("-"))


def _hide_in_json(value: Any, *, is_secret: bool = False) -> Any:
    if isinstance(value, dict):
        return {
            name: _hide_in_json(each, is_secret=is_secret or _names_secret(name))
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [_hide_in_json(each, is_secret=is_secret) for each in value]
    if is_secret and value not in (None, True, False, ""):
        return HIDDEN
    return _hide_in_url(value) if isinstance(value, str) else value


def _hide_in_lines(text: str) -> str:
    text = _BLOCK.sub(rf"\g<1>\g<2> {HIDDEN}\n", text)
    text = _NAMED_VALUE.sub(rf"\g<1>{HIDDEN}", text)
    return _hide_in_url(_LINE.sub(rf"\g<1>{HIDDEN}", text))


def _hide_in_url(text: str) -> str:
    return _OF_URL.sub(f"//{HIDDEN}@", text)


def _names_secret(name: str) -> bool:
    return _NAME.search(name) is not None
