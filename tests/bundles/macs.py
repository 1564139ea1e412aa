"""The MAC addresses of a frame at each step of its way.

A packet keeps its MAC addresses from where it was last forwarded to where it is forwarded next:
those of the first and the last interface of that stretch. Under a tunnel there are two stretches,
that of the packet inside, whose ends are the tunnel's devices, and that of the outer packet.
"""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32

from tests.bundles.paths import Place, Step

CALICO = "ee:ee:ee:ee:ee:ee"


class Macs(NamedTuple):
    """Source and destination."""

    source: str
    destination: str


def mac_of(place: Place) -> str:
    """Return the address of an interface: VMware for NICs, as CNI does it for pods and bridges."""
    if place.interface.startswith("cali"):
        return CALICO
    digits = f"{crc32(str(place).encode()):08x}"
    if place.interface.startswith(("ens", "eth", "enp")) and not place.pod:
        prefix = "00:0c:29"
    elif place.pod or place.interface.startswith(("cni", "cbr", "docker")):
        prefix = "0a:58:0a"
    else:
        prefix = "be:1a:5c"
    return ":".join((prefix, digits[:2], digits[2:4], digits[4:6]))


def inner_macs(steps: tuple[Step, ...], index: int) -> Macs:
    """Return the addresses of the innermost frame at a step."""
    stretch = [steps[at] for at in _stretch(steps, index)]
    plain = [step for step in stretch if step.tunnel is None]
    if plain:
        return Macs(mac_of(plain[0].place), mac_of(plain[-1].place))
    ends = (Place(step.place.node, None, "vtep") for step in (stretch[0], stretch[-1]))
    return Macs(*map(mac_of, ends))


def outer_macs(steps: tuple[Step, ...], index: int) -> Macs:
    """Return the addresses of the outer frame at a step under a tunnel."""
    first = last = index
    while _same_wire(steps, first - 1):
        first -= 1
    while _same_wire(steps, last):
        last += 1
    return Macs(mac_of(steps[first].place), mac_of(steps[last].place))


def routers_before(steps: tuple[Step, ...], index: int) -> int:
    """Return how many routers have forwarded the outer packet before this step."""
    first, _ = tunnel_run(steps, index)
    return sum(not _same_wire(steps, at) for at in range(first, index))


def tunnel_run(steps: tuple[Step, ...], index: int) -> tuple[int, int]:
    """Return the first and the last step under the tunnel of this step."""
    first = last = index
    while first and steps[first - 1].tunnel:
        first -= 1
    while last + 1 < len(steps) and steps[last + 1].tunnel:
        last += 1
    return first, last


def _same_wire(steps: tuple[Step, ...], at: int) -> bool:
    """Tell whether the outer packet is not forwarded between a step and the next."""
    if at < 0 or at + 1 >= len(steps):
        return False
    one, other = steps[at : at + 2]
    return bool(one.tunnel and other.tunnel) and one.place.node != other.place.node


def _stretch(steps: tuple[Step, ...], index: int) -> range:
    first = last = index
    while first and steps[first - 1].ttl == steps[index].ttl:
        first -= 1
    while last + 1 < len(steps) and steps[last + 1].ttl == steps[index].ttl:
        last += 1
    return range(first, last + 1)
