"""What every finding's code means: one module per family, in the order of a packet's way.

* ``pods``        between a pod and its node
* ``forwarding``  what a node does with packets of its pods: forwarding, packet filters
* ``routes``      routes, next hops, subnets
* ``vteps``       neighbours and forwarding databases of VXLAN
* ``tunnels``     the two ends of a tunnel, and what lets it through
* ``underlay``    between the nodes
* ``sizes``       MTU and fragments
* ``addresses``   addresses that two have, or that are rewritten
* ``modes``       what is configured, programmed and observed
* ``losses``      losses that have no other name
* ``captures``    what captures and facts do not tell

A code of a rule without a text here fails a test; ``docs/findings`` is made of these texts.
"""

from __future__ import annotations

from collections.abc import Mapping

from netdiag.explain.codes.addresses import ADDRESSES
from netdiag.explain.codes.captures import CAPTURES
from netdiag.explain.codes.forwarding import FORWARDING
from netdiag.explain.codes.losses import LOSSES
from netdiag.explain.codes.modes import MODES
from netdiag.explain.codes.pods import PODS
from netdiag.explain.codes.routes import ROUTES
from netdiag.explain.codes.sizes import SIZES
from netdiag.explain.codes.tunnels import TUNNELS
from netdiag.explain.codes.underlay import UNDERLAY
from netdiag.explain.codes.vteps import VTEPS
from netdiag.model.code_text import CodeFamily, CodeText

FAMILIES = (
    CodeFamily("Between a pod and its node", PODS),
    CodeFamily("Within a node", FORWARDING),
    CodeFamily("Routes and subnets", ROUTES),
    CodeFamily("VXLAN's neighbours and forwarding database", VTEPS),
    CodeFamily("The ends of a tunnel", TUNNELS),
    CodeFamily("Between the nodes", UNDERLAY),
    CodeFamily("Size", SIZES),
    CodeFamily("Addresses", ADDRESSES),
    CodeFamily("The three truths", MODES),
    CodeFamily("Losses without another name", LOSSES),
    CodeFamily("What could not be judged", CAPTURES),
)

CODES: Mapping[str, CodeText] = {text.code: text for family in FAMILIES for text in family.texts}
"""All texts by code."""
