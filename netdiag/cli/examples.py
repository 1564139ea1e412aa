"""Examples at the end of a command's help."""

from __future__ import annotations

import click


class WithExamples(click.Command):
    """A command whose ``epilog`` are examples: written as they stand, line by line."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write them."""
        formatter.write(f"\n{self.epilog}")


class GroupWithExamples(WithExamples, click.Group):
    """The same for a group."""
