"""The option ``--inner``: its language in the help, and its expression read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netdiag.cli.examples import WithExamples

if TYPE_CHECKING:
    from netdiag.decode.inner_filter import Predicate


class WithFilterHelp(WithExamples):
    """Adds examples and the filter's language to the help, loaded only for it."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write both as they stand, line by line."""
        from netdiag.decode.inner_filter import FILTER_HELP

        super().format_epilog(ctx, formatter)
        formatter.write("\nEXPR, the filter of --inner:\n")
        formatter.write("".join(f"  {line}\n" for line in FILTER_HELP.splitlines()))


def read_inner_filter(text: str) -> Predicate:
    """Return the test of an innermost packet; say what is wrong with the expression, and where."""
    from netdiag.decode.inner_filter import FilterSyntaxError, parse_filter

    try:
        return parse_filter(text)
    except FilterSyntaxError as error:
        raise click.UsageError(f"--inner: {error.reason}\n{error.pointer()}") from None
