"""``netdiag inspect``: what nodes and configuration say, without any packet."""

from __future__ import annotations

import click

from netdiag.cli.bundle_facts import bad_documents, read_bundle_facts
from netdiag.cli.examples import WithExamples
from netdiag.cli.exit_code import ExitCode
from netdiag.cli.output import WIDTH, ResultWriter, palette, say, terminal_width
from netdiag.model.facts.facts import Facts
from netdiag.model.inspection import Inspection
from netdiag.sources.found import Problem, gathered

EPILOG = """\
Examples:
  netdiag inspect CASE
  netdiag inspect CASE/node-1
  netdiag inspect CASE --json | jq '.reach[] | select(.agree == false)'
  netdiag inspect
"""


@click.command(cls=WithExamples, epilog=EPILOG)
@click.argument("path", required=False, type=click.Path())
@click.option("--all", "show_all", is_flag=True, help="List every pair of nodes.")
@click.option("--json", "as_json", is_flag=True, help="Print the inspection as one JSON object.")
def inspect(path: str | None, show_all: bool, as_json: bool) -> ExitCode:
    """Say how pods reach each other by configuration and by the kernel's routes.

    PATH is a bundle with facts/ of nodes and kubernetes/, a node's folder in it, or its archive.
    Without PATH this machine is looked at: that needs ip and bridge, and only reads.

    Shows each node's interfaces by role, its pods' subnets and how each is reached, the MTUs from
    pod to wire, and what does not fit together. Exit code 0: no error or warning; 1: there are.
    """
    from netdiag.explain.inspection import inspect_facts
    from netdiag.model.report import MAX_PINGS
    from netdiag.sources.analysis import Analysis
    from netdiag.sources.this_node import MissingToolError

    try:
        facts, problems = _read(path)
    except MissingToolError as error:
        say(str(error))
        return ExitCode.NO_PRIVILEGE
    for problem in gathered(problems):
        say(f"{problem.label}: {problem.reason}")
    if not facts.nodes and not facts.cluster.nodes:
        return ExitCode.USAGE
    nothing = Analysis([], None, False).read()
    inspection = inspect_facts(facts, nothing, most=None if show_all else MAX_PINGS)
    _write(inspection, as_json)
    if any(finding.severity != "info" for finding in inspection.findings):
        return ExitCode.FOUND
    truths = (inspection.mode.configured, inspection.mode.programmed)
    is_known = any(truths) or any(node.backend for node in inspection.nodes)
    return ExitCode.OK if is_known else ExitCode.NOT_JUDGED


def _read(path: str | None) -> tuple[Facts, list[Problem]]:
    if path is None:
        from netdiag.sources.this_node import read_this_node

        facts = read_this_node()
        return facts, bad_documents(facts)
    return read_bundle_facts(path)


def _write(inspection: Inspection, as_json: bool) -> None:
    writer = ResultWriter()
    if as_json:
        from netdiag.render.report_json import inspection_json

        writer.write(inspection_json(inspection, indent=False).decode())
    else:
        from netdiag.render.inspection_text import inspection_text

        colour = bool(palette().end)
        writer.write(inspection_text(inspection, width=terminal_width() or WIDTH, colour=colour))
    writer.flush()
