"""The command line: one module per command, loaded when it is used.

* ``trace``, ``capture``, ``collect``  live
* ``analyze``, ``inspect``, ``path``, ``packets``  of what was kept
* ``explain``, ``lab``, ``doctor``, ``completion``
* ``capture_job``, ``capture_text``, ``capture_status``, ``capture_list``, ``capture_completion``
  what ``capture`` does, prints, says of itself, lists with ``-D``, and what a shell completes
* ``trace_places``, ``kubernetes_options``  which places a trace is in; a cluster; ``cleanup`` in it
* ``plugin``     netdiag as ``kubectl netdiag``, and what kubectl's completion asks
* ``inventory_options``  where nodes and pods are, for what is live
* ``examples``, ``lacking``  examples in the help; a privilege or a program that is missing
* ``inner_filter``  the option ``--inner``
* ``watching``   ``trace --watch``
* ``watched_pings``, ``ping_sender``, ``reading``  what it and the screens share
* ``tui``        the screens; ``sessions``  what they show, and what they may ask for
* ``case``, ``judging``    captures and documents -> the report on stdout
* ``lab_text``, ``lab_completion``  what ``lab`` prints, and what a shell completes of it
* ``bundle_facts``  what those read that need no packets; ``bundle_contents``  what a bundle holds
* ``output``     results to stdout, everything else to stderr
* ``progress``   a bar for captures that take a while to read
* ``exit_code``  what the exit codes mean
"""

from __future__ import annotations

import importlib
import sys

import click

from netdiag import __version__

COMMANDS = {
    "trace": "Ping between two pods, capture everywhere, say which way it went or where it died.",
    "analyze": "Follow each ping across every interface, tunnel and node.",
    "inspect": "Say how pods reach each other by configuration and routes, without packets.",
    "path": "Show which way a ping should take by facts, and what would stop it.",
    "packets": "List packets of captures, merged by time, tunnels taken apart.",
    "explain": "Say what a finding's code means, how it is proved, confirmed and fixed.",
    "lab": "Make a cluster of network namespaces to try netdiag on, and break it.",
    "capture": "Capture on interfaces of several nodes and pods at once, into one pcapng.",
    "collect": "Capture on nodes for some time, and keep what they say of themselves.",
    "cleanup": "Delete probe pods that were left behind in a Kubernetes cluster.",
    "doctor": "Check what this machine has and lacks for netdiag.",
    "tui": "Look at captures, facts and findings on five screens; also netdiag alone.",
    "completion": "Print the shell completion script for bash, zsh or fish.",
}
"""Every command and its summary; the module ``netdiag.cli.NAME`` holds the command ``NAME``."""

PLACES = (
    "--lab", "--local", "--inventory", "-k", "--kubernetes", "--context", "--kubeconfig", "-n",
    "--namespace", "--image", "--image-pull-policy", "--probe-namespace",
)  # fmt: skip
"""Options that ``netdiag`` takes without a command, as ``netdiag tui`` does."""

_FLAGS = ("--local", "-k", "--kubernetes")
"""Of these: without a value."""

_EPILOG = """\b
Examples:
  netdiag                                    screens: a lab that is up, this machine, a cluster
  netdiag -k                                 screens: the cluster of kubectl's current context
  netdiag tui CASE                           screens: captures, facts, findings
  netdiag analyze CASE                       how each ping went, in which tunnel, where it died
  netdiag inspect CASE                       what nodes and their configuration say
  netdiag path pod-a pod-c CASE              which way a ping should take, and what would stop it
  netdiag capture --lab -w out.pcapng        every interface of every node, into one file
  netdiag packets node1-eth0.pcap            what tcpdump -r shows, and inside tunnels
  netdiag packets CASE --inner 'icmp'        every node and interface of a bundle, by time
  netdiag packets --count big.pcap.gz        packets by encapsulation
  netdiag explain fdb-missing                what a finding means, how to confirm and to fix it
  netdiag lab up flannel-vxlan               a pod network of namespaces, to try things on

Exit codes: 0 nothing wrong, 1 an error or warning found, 2 usage or nothing readable,
3 missing privilege or tool, 4 nothing could be judged, 130 interrupted.
"""


def _print_version(ctx: click.Context) -> None:
    from netdiag.decoder_form import is_compiled

    form = "compiled" if is_compiled() else "interpreted: slow, see README.md"
    click.echo(f"netdiag {__version__} (decoder {form})")
    ctx.exit()


def _behind_command(args: list[str]) -> list[str]:
    """Return a command line, its command first: kubectl's users have options before it, too."""
    at = 0
    while at < len(args):
        name, equals, _ = args[at].partition("=")
        if args[at] in COMMANDS:
            return [args[at], *args[:at], *args[at + 1 :]]
        if name not in PLACES or name == "--lab":  # whose value may be left out
            break
        at += 1 if equals or name in _FLAGS else 2
    return args


def _is_on_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is used."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line; nothing but where to look opens the screens, on a terminal."""
        args = _behind_command(args)
        is_for_screens = args[0].partition("=")[0] in PLACES if args else _is_on_terminal()
        return super().parse_args(ctx, ["tui", *args] if is_for_screens else args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the command of this name, None if there is none."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"netdiag.cli.{name}")
        command: click.Command = getattr(module, name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the summaries without loading any command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "-V",
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, _, wanted: _print_version(ctx) if wanted else None,
    help="Show the version, and whether the decoder is compiled, and exit.",
)
def netdiag() -> None:
    """Follow one packet through a Kubernetes pod network: every interface, tunnel and node."""
