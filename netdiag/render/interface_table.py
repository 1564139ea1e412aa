"""The interfaces of a node: those to the outside first, then what leads to its pods."""

from __future__ import annotations

from collections import Counter

from rich.text import Text

from netdiag.model.capture_point import CapturePoint
from netdiag.model.inspection import InspectedNode, Interface
from netdiag.model.report import Role
from netdiag.render.aligned_rows import Column, filled
from netdiag.render.page import PLACE, PROBLEM, QUIET, TUNNEL, Page, said
from netdiag.render.role_words import role_words

ORDER: tuple[Role, ...] = ("physical", "other", "bridge", "overlay", "veth", "macvlan", "pod")
"""Loopback is left out."""
MOST_OF_A_ROLE = 12
MOST_ADDRESSES = 3
LINK_LOCAL = "fe80:"
GUESSED = "role?: guessed by the interface's name; no document tells its kind"


def write_interfaces(page: Page, node: InspectedNode) -> None:
    """Write a row per interface; of more than twelve of a role only those, down ones first."""
    shown, left = _chosen(node.interfaces)
    if not shown:
        page.paragraph(("no document tells its interfaces", QUIET))
        return
    leads = [_leads_to(interface, node) for interface in shown]
    columns = _columns(shown, leads)
    page.table(columns if page.has_room(columns) else _short_columns(shown, leads))
    if left:
        told = ", ".join(f"{count:,} more {role}" for role, count in left.items())
        page.paragraph((f"… and {told}", QUIET))
    if any(interface.role_guessed for interface in shown):
        page.note(GUESSED)


def _chosen(interfaces: tuple[Interface, ...]) -> tuple[list[Interface], Counter[Role]]:
    """Return the interfaces to show in their order, and how many of each role are left out."""
    shown: list[Interface] = []
    left: Counter[Role] = Counter()
    for role in ORDER:
        alike = [interface for interface in interfaces if interface.role == role]
        if len(alike) > MOST_OF_A_ROLE:
            alike.sort(key=lambda interface: interface.up is not False)
            left[role] = len(alike) - MOST_OF_A_ROLE
        shown += alike[:MOST_OF_A_ROLE]
    return shown, left


def _columns(shown: list[Interface], leads: list[str]) -> list[Column]:
    kinds = (_kind(interface) for interface in shown)
    return filled(
        [
            *_first_columns(shown),
            Column("kind", [said((kind, QUIET)) for kind in kinds]),
            *_middle_columns(shown),
            Column("addresses", [said(_addresses(interface)) for interface in shown]),
            Column("master", [said((interface.master or "", PLACE)) for interface in shown]),
            Column("pod or detail", _ends(shown, leads)),
        ]
    )


def _short_columns(shown: list[Interface], leads: list[str]) -> list[Column]:
    """Return fewer columns for a narrow page, the last of which folds."""
    told = [_told(interface, pod) for interface, pod in zip(shown, leads, strict=True)]
    columns = (*_first_columns(shown), *_middle_columns(shown), Column("about", told))
    return filled(columns)


def _ends(shown: list[Interface], leads: list[str]) -> list[Text]:
    """Return what is at a veth's other end, and what is to be told of others, as of tunnels."""
    return [
        said(pod) if pod else said((_tunnel(interface), TUNNEL))
        for interface, pod in zip(shown, leads, strict=True)
    ]


def _first_columns(shown: list[Interface]) -> tuple[Column, ...]:
    return (
        Column("interface", [said((_name(item), PLACE)) for item in shown]),
        Column("role", [role_words(item) for item in shown]),
    )


def _middle_columns(shown: list[Interface]) -> tuple[Column, ...]:
    return (
        Column("state", [_state(item) for item in shown]),
        Column("mtu", [said("" if item.mtu is None else str(item.mtu)) for item in shown], True),
    )


def _told(interface: Interface, pod: str) -> Text:
    """Return all that has no column of its own on a narrow page."""
    kind = interface.kind if interface.kind != interface.role else None
    words = (
        kind,
        _addresses(interface),
        f"master {interface.master}" if interface.master else "",
        f"to {pod}" if pod else "",
        _tunnel(interface),
    )
    return said(", ".join(filter(None, words)))


def _name(interface: Interface) -> str:
    return str(CapturePoint(None, interface.pod, interface.name))


def _kind(interface: Interface) -> str:
    return "hardware" if interface.kind == "" else interface.kind or ""


def _state(interface: Interface) -> Text:
    if interface.up is None:
        return said("")
    return said("up") if interface.up else said(("DOWN", PROBLEM))


def _addresses(interface: Interface) -> str:
    """Return those by which others reach it: every interface has a link-local one."""
    told = [address for address in interface.addresses if not address.startswith(LINK_LOCAL)]
    more = len(told) - MOST_ADDRESSES
    shown = " ".join(told[:MOST_ADDRESSES])
    return f"{shown} and {more:,} more" if more > 0 else shown


def _leads_to(interface: Interface, node: InspectedNode) -> str:
    """Return the pod at the other end, and its address if that is known."""
    if interface.pod is not None:
        return ""
    ends = (pod for pod in node.pods if pod.interface == interface.name)
    pod = next(ends, None)
    name = interface.leads_to or (pod.name if pod else "")
    return f"{name} {pod.addresses[0]}" if name and pod and pod.addresses else name


def _tunnel(interface: Interface) -> str:
    kind = interface.encapsulation
    told = kind if kind not in (None, "none", interface.kind) else None
    return " ".join(filter(None, (told, interface.detail)))
