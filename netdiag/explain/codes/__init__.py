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

from netdiag.explain.codes import (
    addresses,
    captures,
    forwarding,
    losses,
    modes,
    pods,
    routes,
    sizes,
    tunnels,
    underlay,
    vteps,
)
from netdiag.model.code_text import CodeFamily, CodeText

FAMILIES = (
    CodeFamily("Between a pod and its node", pods.TEXTS),
    CodeFamily("Within a node", forwarding.TEXTS),
    CodeFamily("Routes and subnets", routes.TEXTS),
    CodeFamily("VXLAN's neighbours and forwarding database", vteps.TEXTS),
    CodeFamily("The ends of a tunnel", tunnels.TEXTS),
    CodeFamily("Between the nodes", underlay.TEXTS),
    CodeFamily("Size", sizes.TEXTS),
    CodeFamily("Addresses", addresses.TEXTS),
    CodeFamily("The three truths", modes.TEXTS),
    CodeFamily("Losses without another name", losses.TEXTS),
    CodeFamily("What could not be judged", captures.TEXTS),
)

CODES: Mapping[str, CodeText] = {text.code: text for family in FAMILIES for text in family.texts}
"""All texts by code."""
