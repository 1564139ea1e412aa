"""The options that say where nodes and pods are, shared by the commands that work live."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from netdiag.cli import lacking
from netdiag.cli.examples import WithExamples
from netdiag.cli.output import say
from netdiag.sources.inventory.choosing import choose_inventory
from netdiag.sources.inventory.places import Inventory, InventoryError, LackingError

if TYPE_CHECKING:
    from netdiag.sources.live.gathered import Gathered


class LackingHereError(lacking.LackingError):
    """The same, of what a node or this machine refuses."""

    def __init__(self, message: str) -> None:
        """Say what to do besides, where it may be that the user is not root."""
        is_elsewhere = any(word in message for word in ("root", ": ssh "))
        remedy = "" if os.geteuid() == 0 or is_elsewhere else ": run it as root, by sudo"
        super().__init__(message + remedy)


class LiveCommand(WithExamples):
    """Tells the name of a lab after ``--lab`` from the first argument."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line; ``--lab pod-a`` has no name, unless a lab is called so."""
        if "--lab" in args:
            at = args.index("--lab")
            if not is_lab(args[at + 1] if at + 1 < len(args) else ""):
                with contextlib.suppress(click.UsageError):  # then it was meant as a name
                    return super().parse_args(ctx, [*args[:at], "--lab=", *args[at + 1 :]])
        return super().parse_args(ctx, args)


def command_line() -> str:
    """Return how netdiag was called, to be pasted into a shell."""
    return shlex.join(["netdiag", *sys.argv[1:]])


def is_lab(name: str) -> bool:
    """Tell whether a lab of this name is up."""
    from netdiag.lab.state import read_labs

    return any(lab.is_alive and lab.name == name for lab in read_labs())


def inventory_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--lab``, ``--local`` and ``--inventory``."""
    for option in (
        click.option("--inventory", type=click.Path(), metavar="FILE.toml",
                     help="Nodes and pods that a file lists."),
        click.option("--local", is_flag=True, help="This machine and its pods."),
        click.option("--lab", is_flag=False, flag_value="", default=None, metavar="[NAME]",
                     help="A lab that is up; without a name the only one."),
    ):  # fmt: skip
        function = option(function)
    return function


def read_inventory(lab: str | None, local: bool, file: str | None) -> Inventory:
    """Return the inventory that the options name, and tell what could not be looked at."""
    if sum((lab is not None, local, file is not None)) > 1:
        raise click.UsageError("--lab, --local and --inventory exclude each other")
    try:
        found = choose_inventory(lab=lab, local=local, file=file)
    except InventoryError as error:
        raise click.UsageError(str(error)) from None
    except LackingError as error:
        raise LackingHereError(str(error)) from None
    for problem in found.problems:
        say(problem)
    return found


def check_unused(path: str) -> None:
    """Refuse a place for a bundle where there is something already, or where nothing can be."""
    if not path or "\0" in path:
        raise click.UsageError("--save needs a name")
    if os.path.lexists(path) and (not os.path.isdir(path) or os.listdir(path)):
        raise click.UsageError(f"--save {path}: there is something already")
    try:
        folder = os.path.abspath(path)
    except OSError:
        raise click.UsageError(f"--save {path}: the current folder is gone") from None
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    if not os.path.isdir(folder):
        raise click.UsageError(f"--save {path}: {folder} is no folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise click.UsageError(f"--save {path}: {folder} cannot be written into")


def check_writable(path: str) -> None:
    """Refuse a file for a drawing that cannot be made, before anything is measured."""
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        raise click.UsageError(f"--svg {path}: {folder} is no folder")
    if not os.path.lexists(path) and not os.access(folder, os.W_OK | os.X_OK):
        raise click.UsageError(f"--svg {path}: {folder} cannot be written into")


def save_bundle(gathered: Gathered, path: str) -> bool:
    """Keep a bundle, and say so; return False if it cannot be kept."""
    from netdiag.cli.bundle_contents import contents_words

    try:
        gathered.save(path)
    except OSError as error:
        say(f"--save {path}: {error.strerror}")
        return False
    say(f"kept in {path}: 'netdiag analyze {shlex.quote(path)}' reads it")
    say(f"it holds {contents_words(gathered)}")
    return True
