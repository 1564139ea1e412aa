"""``facts``: what this node says of its network, as one JSON document on stdout.

    {"hostname": str, "documents": {name: text},
     "pods": [{"label"?: str, "pid": int|null, "netns": int|null, "name": str|null,
               "uid": str|null, "containers": [str], "hostname": str|null,
               "nested": bool, "addresses": [str], "documents": {name: text}}],
     "problems": [str]}

Documents have the names of the bundle format (``NODE/facts/…``). ``netns`` is the number of a
namespace, which is ``nested`` if its interfaces lead to others, and none to the node's. Pods that
``--netns`` names come first, with their ``label`` and documents; all other network namespaces
follow, with documents if ``--pods`` was given. ``--places`` leaves out what costs time: of the node
there are its addresses only.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
from typing import Any

from netdiag_probe import lifeline as lifelines
from netdiag_probe.lifeline import Lifeline
from netdiag_probe.messages import FAILED, OK, complain, explain
from netdiag_probe.netns import OWN, read_namespace
from netdiag_probe.node.command_lines import read_command_lines
from netdiag_probe.node.documents import ask_kernel, ask_node
from netdiag_probe.node.files import read_files
from netdiag_probe.node.pods import read_pods
from netdiag_probe.node.root import enter_root_of_node
from netdiag_probe.node.settings import read_counters, read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommand's arguments."""
    parser.add_argument(
        "--netns",
        action="append",
        default=[],
        type=read_namespace,
        metavar="LABEL=PATH|PID",
        help="tell of this network namespace, too (repeatable)",
    )
    parser.add_argument(
        "--pods", action="store_true", help="tell all of every other network namespace, too"
    )
    parser.add_argument(
        "--places", action="store_true", help="tell only which namespaces there are, and whose"
    )
    parser.add_argument(
        "--node-root",
        action="store_true",
        help="in a container: take files and programs of process 1, if that is the node's",
    )
    lifelines.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the document; return the exit status."""
    if arguments.node_root:
        enter_root_of_node()
    with Lifeline(arguments.deadline) as lifeline:
        read = read_places if arguments.places else read_facts
        found = read(arguments, lifeline)
    try:
        json.dump(found, sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()
    except OSError as error:
        complain(f"cannot write what was found: {explain(error)}")
        return FAILED
    return OK


def read_facts(arguments: argparse.Namespace, lifeline: Lifeline) -> dict[str, Any]:
    """Return all that the node says."""
    hostname = socket.gethostname()
    answers = ask_node(lifeline)
    files, file_problems = read_files()
    own = {
        "hostname.txt": f"{hostname}\n",
        "cmdlines.txt": read_command_lines(),
        "sysctl_forward_rp.txt": read_settings(),
        "netstat.txt": read_counters(),
    }
    found = read_pods(arguments.netns, lifeline, with_documents=arguments.pods)
    others = found.others if arguments.pods else ()  # what nobody asked for is nobody's problem
    return {
        "hostname": hostname,
        "documents": {**answers.documents, **own, **files},
        "pods": [pod.as_json() for pod in found.pods],
        "problems": [*answers.problems, *file_problems, *found.problems, *others],
    }


def read_places(arguments: argparse.Namespace, lifeline: Lifeline) -> dict[str, Any]:
    """Return which namespaces there are, and the addresses of the node."""
    answers = ask_kernel(OWN, ["ip_addr.json"])
    found = read_pods(arguments.netns, lifeline, with_documents=arguments.pods)
    return {
        "hostname": socket.gethostname(),
        "documents": answers.documents,
        "pods": [pod.as_json() for pod in found.pods],
        "problems": [*answers.problems, *found.problems, *found.others],
    }
