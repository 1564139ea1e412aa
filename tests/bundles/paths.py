"""The way of a packet as text, one line for each interface that it crosses.

    node-1/pod-a:eth0   64
    node-1/cni0         64  +3                      3 microseconds after the step before
    node-1/ens33        63  vxlan                   under a tunnel of the network
    node-2/ens33        63  vxlan/frag              in two fragments of the outer packet
    node-2/veth1        62  in                      direction, where the rule below is wrong
    nat/wan0            61  10.0.0.1>10.9.9.9 id=7  rewritten from here on
    node-2/ens33        61  to=00:0c:29:00:00:01    Ethernet destination at this step

A step is ``in`` up to the point where its node forwards the packet, that is where the TTL falls,
and ``out`` after it; out of the source's pod and into the destination's.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

RAW_INTERFACES = re.compile(r"(tunl|flannel|wg|tun|tun-|gre)\d+|flannel-wg|wireguard\.cali")
Direction = Literal["in", "out"]
ETHERNET, RAW = 1, 101
TUNNELS = ("vxlan", "ipip", "udp", "geneve", "gre", "wireguard")


class Place(NamedTuple):
    """Where packets cross an interface: ``node/interface`` or ``node/pod:interface``."""

    node: str
    pod: str | None
    interface: str

    def __str__(self) -> str:
        return f"{self.node}/{self.pod + ':' if self.pod else ''}{self.interface}"

    @property
    def link_type(self) -> int:
        return RAW if RAW_INTERFACES.fullmatch(self.interface) else ETHERNET


class Step(NamedTuple):
    """One line of a path."""

    place: Place
    ttl: int
    tunnel: str | None = None
    fragmented: bool = False
    after_us: float | None = None
    direction: Direction | None = None
    source: str | None = None
    destination: str | None = None
    identifier: int | None = None
    mac_to: str | None = None


def place_of(text: str) -> Place:
    node, _, rest = text.partition("/")
    pod, _, interface = rest.rpartition(":")
    return Place(node, pod or None, interface)


def steps_of(path: str) -> tuple[Step, ...]:
    return tuple(_step(line.split()) for line in path.splitlines() if line.strip())


def _step(words: list[str]) -> Step:
    step = Step(place_of(words[0]), int(words[1]))
    for word in words[2:]:
        step = _with_word(step, word)
    return step


def _with_word(step: Step, word: str) -> Step:
    name, _, value = word.partition("=")
    if word.startswith("+"):
        return step._replace(after_us=float(word))
    if ">" in word:
        source, _, destination = word.partition(">")
        return step._replace(source=source, destination=destination)
    if word == "in" or word == "out":
        return step._replace(direction="in" if word == "in" else "out")
    if name == "id":
        return step._replace(identifier=int(value))
    if name == "to":
        return step._replace(mac_to=value)
    tunnel, _, how = word.partition("/")
    if tunnel not in TUNNELS or how not in ("", "frag"):
        raise ValueError(f"what is {word!r}?")
    return step._replace(tunnel=tunnel, fragmented=bool(how))


def directions(steps: tuple[Step, ...]) -> tuple[Direction, ...]:
    """Return for each step whether the packet enters or leaves its namespace there."""
    return tuple(_direction(steps, index) for index in range(len(steps)))


def _direction(steps: tuple[Step, ...], index: int) -> Direction:
    step = steps[index]
    if step.direction:
        return step.direction
    if step.place.pod:
        return "out" if index == 0 else "in"
    first = index
    while first and _same_namespace(steps[first - 1], step):
        first -= 1
    outer_hop = steps[first].tunnel is not None and step.tunnel is not None and first != index
    if index == 0 and (len(steps) == 1 or not _same_namespace(steps[1], step)):
        return "out"
    return "out" if step.ttl < steps[first].ttl or outer_hop else "in"


def _same_namespace(one: Step, other: Step) -> bool:
    return (one.place.node, one.place.pod) == (other.place.node, other.place.pod)
