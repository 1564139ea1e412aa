"""``netdiag path``: which way a ping should take by facts alone, and what would stop it."""

from __future__ import annotations

import click

from netdiag.cli.bundle_facts import read_bundle_facts
from netdiag.cli.examples import WithExamples
from netdiag.cli.exit_code import ExitCode
from netdiag.cli.output import WIDTH, ResultWriter, palette, say, terminal_width
from netdiag.model.expected import ExpectedPath
from netdiag.sources.found import gathered

EPILOG = """\
Examples:
  netdiag path pod-a pod-c CASE
  netdiag path default/web1 10.244.1.2 CASE --size 1500
  netdiag path node-1 pod-c CASE.tar.gz --no-df
  netdiag path pod-a pod-c CASE --json | jq '.request.steps[].interface'
"""

DEFAULT_SIZE = 84
"""What ``ping`` sends without options: 56 bytes of data, 8 of ICMP, 20 of IPv4."""

SMALLEST_SIZE = 28
"""An ICMP header in an IPv4 header."""


@click.command(cls=WithExamples, epilog=EPILOG)
@click.argument("source", metavar="SRC")
@click.argument("destination", metavar="DST")
@click.argument("bundle", metavar="BUNDLE", type=click.Path())
@click.option(
    "--size",
    type=click.IntRange(SMALLEST_SIZE, 65535),
    default=DEFAULT_SIZE,
    show_default=True,
    metavar="BYTES",
    help="Size of the packets with their IP header: what ping -s says, and 28 (IPv6: 48).",
)
@click.option(
    "--df/--no-df",
    "dont_fragment",
    default=True,
    help="Whether the request may not be fragmented, as Linux' ping sends it (default), or may.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the path as one JSON object.")
def path(
    source: str, destination: str, bundle: str, size: int, dont_fragment: bool, as_json: bool
) -> ExitCode:
    """Show without packets which way a ping should take, there and back.

    SRC and DST are IP addresses, pods (pod-a, default/web1) or nodes; BUNDLE is a bundle with
    facts/ of nodes and kubernetes/, or its archive.

    Follows routes, neighbours, forwarding databases, tunnels, packet filters and MTUs from
    interface to interface. Exit code 0: passes both ways; 1: stopped; 4: cannot be told.
    """
    facts, problems = read_bundle_facts(bundle)
    for problem in gathered(problems):
        say(f"{problem.label}: {problem.reason}")
    if not facts.nodes and not facts.cluster.nodes:
        return ExitCode.USAGE
    from netdiag.explain.expected.both_ways import expect_path
    from netdiag.explain.expected.naming import UnknownEndError

    try:
        expected = expect_path(facts, source, destination, size=size, dont_fragment=dont_fragment)
    except UnknownEndError as error:
        raise click.UsageError(str(error)) from None
    _write(expected, as_json)
    return _exit_code(expected)


def _write(expected: ExpectedPath, as_json: bool) -> None:
    writer = ResultWriter()
    if as_json:
        from netdiag.render.report_json import path_json

        writer.write(path_json(expected, indent=False).decode())
    else:
        from netdiag.render.path_text import path_text

        colour = bool(palette().end)
        writer.write(path_text(expected, width=terminal_width() or WIDTH, colour=colour))
    writer.flush()


def _exit_code(expected: ExpectedPath) -> ExitCode:
    endings = (expected.request.arrives, expected.reply.arrives)
    if False in endings:
        return ExitCode.FOUND
    return ExitCode.OK if all(endings) else ExitCode.NOT_JUDGED
