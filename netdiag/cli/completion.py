"""``netdiag completion``: the shell completion script."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from netdiag.cli import netdiag


@click.command(epilog='For bash, put this into ~/.bashrc: eval "$(netdiag completion bash)"')
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a shell, to be evaluated at its start."""
    kind = get_completion_class(shell)
    assert kind is not None, "click knows these three shells"
    click.echo(kind(netdiag, {}, "netdiag", "_NETDIAG_COMPLETE").source())
