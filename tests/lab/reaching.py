"""Whether what a fault breaks beside pings works: TCP, UDP, packets of full size."""

from __future__ import annotations

import json

from netdiag.lab.fault import Fault, Ping
from netdiag.lab.recording import end_ping, start_ping
from netdiag.lab.responder import TCP_PORT, UDP_PORT
from netdiag.lab.running import Running
from tests.probe.processes import probe

FULL_SIZE = Ping(count=1, size=1472, dont_fragment=True)
"""As large as pods may send whose MTU is 1500."""
_TOO_LARGE = ("Frag needed", "message too long")
_PORTS = {"tcp": TCP_PORT, "udp": UDP_PORT}


def works(lab: Running, fault: Fault) -> bool:
    """Tell whether what shows the fault is answered; of a size: or called too large."""
    if fault.shown_by in _PORTS:
        return connects(lab, fault.shown_by, fault.ping)
    printed = end_ping(start_ping(lab, FULL_SIZE))
    return any(words in printed for words in ("bytes from", *_TOO_LARGE))


def connects(lab: Running, protocol: str, ping: Ping) -> bool:
    """Tell whether the responder of a pod answers a pod."""
    done = probe(
        "connect", "--netns", lab.site.places[ping.source], "--protocol", protocol,
        "--destination", lab.reached_at(ping.source, ping.destination),
        "--port", _PORTS[protocol], "--count", 1, "--timeout", 2,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return bool(json.loads(done.stdout.splitlines()[-1])["answered"])
