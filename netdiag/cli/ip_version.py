"""``-4`` and ``-6``: one of them, or neither."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click


def ip_version_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add both; the function gets them as one, ``version``: 4, 6 or None."""

    @functools.wraps(function)
    def packed(**given: Any) -> Any:
        by_ipv4, by_ipv6 = given.pop("by_ipv4"), given.pop("by_ipv6")
        if by_ipv4 and by_ipv6:
            raise click.UsageError("-4 or -6: a ping goes by one of them")
        return function(**given, version=4 if by_ipv4 else 6 if by_ipv6 else None)

    with_options = click.option("-6", "by_ipv6", is_flag=True, help="By IPv6.")(packed)
    return click.option("-4", "by_ipv4", is_flag=True, help="By IPv4.")(with_options)
