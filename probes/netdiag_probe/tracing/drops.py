"""One drop: what the kernel's program told of it, and the line that is printed of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from netdiag_probe.tracing.program import RECORD

LEAST_NAMESPACE = 0xE0000000
"""Numbers of namespaces begin above: at 0xEFFFFFF0 for those made at boot, else 0xF0000000."""

_DEVICE_NAME = re.compile(rb"[^\0/:\s]{1,15}\0")
"""What the kernel takes for a name (dev_valid_name)."""


class Drop(NamedTuple):
    """A packet that the kernel dropped."""

    time_ns: int
    """On the clock that counts from the start of the machine."""
    address: int
    """Where in the kernel: behind the call that dropped it."""
    reason: int
    length: int
    protocol: int
    """Its ethertype."""
    namespace: int | None
    """The number of its network namespace."""
    device: int | None
    """The number of its network device."""
    interface: str | None
    packet: bytes
    """From its network header on, as much as was taken along."""


def read_drop(record: bytes) -> Drop:
    """Return what a record of the program tells."""
    (
        time_ns, address, reason, length, protocol, taken, index, device_net, socket_net, route_net,
        name,
    ) = RECORD.unpack_from(record)  # fmt: skip
    # queues keep other things where a packet's device was: then what was read is no device
    has_device = device_net >= LEAST_NAMESPACE and _DEVICE_NAME.match(name) is not None
    nets = (device_net if has_device else 0, socket_net, route_net)
    return Drop(
        time_ns, address, reason, length, protocol,
        next((net for net in nets if net >= LEAST_NAMESPACE), None),
        index if has_device else None,
        _read_name(name) if has_device else None,
        record[RECORD.size : RECORD.size + taken],
    )  # fmt: skip


def write_drop(
    drop: Drop, time_ns: int, reason: str, function: str | None, labels: Mapping[int, str]
) -> bytes:
    """Return the line that tells of a drop."""
    label = None if drop.namespace is None else labels.get(drop.namespace)
    return write_line(
        event="drop", time_ns=time_ns, reason=reason, function=function, netns=drop.namespace,
        namespace=label, interface=drop.interface, ifindex=drop.device, protocol=drop.protocol,
        length=drop.length, packet=drop.packet.hex(),
    )  # fmt: skip


def write_line(**told: object) -> bytes:
    """Return an event as a line of JSON."""
    return json.dumps(told).encode() + b"\n"


def _read_name(name: bytes) -> str | None:
    """Return a device's name, if all of it can be shown."""
    text = name.partition(b"\0")[0].decode("utf-8", "replace")
    return text if text.isprintable() and "\ufffd" not in text else None
