"""Values of decoded JSON and YAML, whatever their type is: what does not fit is None, or empty."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from netdiag.facts.kernel.addresses import canonical_address, canonical_prefix

_MOST: Final = (1 << 32) - 1
_FLAGS: Final = {"true": True, "false": False}


def text_of(value: object) -> str | None:
    """Return a text that is not empty."""
    return value if isinstance(value, str) and value else None


def number_of(value: object) -> int | None:
    """Return a number of at most 32 bits; also one that is written as text, as templates do."""
    if isinstance(value, str) and len(value) <= len(str(_MOST)) and value.isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= _MOST else None


def size_of(value: object) -> int | None:
    """Return a number; 0 is as good as none, as for an MTU that the plugin chooses."""
    return number_of(value) or None


def flag_of(value: object) -> bool | None:
    """Return true or false; also where it is written as text."""
    if isinstance(value, str):
        return _FLAGS.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def mapping_of(value: object) -> dict[str, Any]:
    """Return an object."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """Return an array."""
    return value if isinstance(value, list) else []


def texts_of(value: object) -> tuple[str, ...]:
    """Return the texts of an array."""
    return tuple(item for item in list_of(value) if isinstance(item, str) and item)


def address_of(value: object) -> str | None:
    """Return an IP address in canonical form."""
    return canonical_address(value.strip()) if isinstance(value, str) else None


def prefix_of(value: object) -> str | None:
    """Return a prefix in canonical form, without host bits."""
    if not isinstance(value, str) or "/" not in value:
        return None
    return canonical_prefix(value.strip())


def interface_address_of(value: object) -> str | None:
    """Return an address with the length of its prefix, host bits and all: ``10.244.1.1/24``."""
    return value.strip() if isinstance(value, str) and prefix_of(value) else None


def addresses_of(values: Iterable[object]) -> tuple[str, ...]:
    """Return those that are addresses, each once."""
    return tuple(dict.fromkeys(found for value in values if (found := address_of(value))))


def prefixes_of(values: Iterable[object]) -> tuple[str, ...]:
    """Return those that are prefixes, each once."""
    return tuple(dict.fromkeys(found for value in values if (found := prefix_of(value))))


def prefixes_in(value: object) -> tuple[str, ...]:
    """Return the prefixes of a text that holds one or two, with a comma: ``podSubnet``."""
    return prefixes_of(value.split(",")) if isinstance(value, str) else ()
