"""What can go wrong with a lab, each with one sentence for the user."""

from __future__ import annotations


class LabError(Exception):
    """The lab cannot do what was asked."""


class UsageError(LabError):
    """What was asked makes no sense: an unknown name, a fault that the mode cannot have."""


class NotPermittedError(LabError):
    """The kernel refuses, or a program is missing: privileges, modules, packages."""
