"""Blocks of addresses that Calico gave to nodes: IPAMBlock and BlockAffinity.

https://docs.tigera.io/calico/latest/reference/resources/ (``crd.projectcalico.org/v1``)
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from netdiag.facts.kubernetes.objects import Metadata
from netdiag.facts.parsed import Parsed
from netdiag.facts.values import flag_of, prefix_of
from netdiag.model.facts.cluster import IpamBlock

_HOST: Final = "host:"


class _BlockSpec(Struct, gc=False):
    cidr: str
    affinity: str | None = None
    deleted: bool | str | None = None


class BlockObject(Struct, gc=False):
    """What is read of an IPAMBlock."""

    metadata: Metadata
    spec: _BlockSpec


class _AffinitySpec(Struct, gc=False):
    cidr: str
    node: str | None = None
    type: str | None = None
    deleted: bool | str | None = None


class AffinityObject(Struct, gc=False):
    """What is read of a BlockAffinity."""

    metadata: Metadata
    spec: _AffinitySpec


def read_block(block: BlockObject, document: str) -> Parsed[IpamBlock]:
    """Return a block that a node has; none if it is deleted, or no node's."""
    affinity = block.spec.affinity or ""
    node = affinity.removeprefix(_HOST) if affinity.startswith(_HOST) else None
    return _block(block.metadata, block.spec.cidr, node, block.spec.deleted, document)


def read_affinity(affinity: AffinityObject, document: str) -> Parsed[IpamBlock]:
    """Return the same as its BlockAffinity tells it."""
    spec = affinity.spec
    node = spec.node if spec.type in (None, "", "host") else None
    return _block(affinity.metadata, spec.cidr, node, spec.deleted, document)


def _block(
    metadata: Metadata, cidr: str, node: str | None, deleted: bool | str | None, document: str
) -> Parsed[IpamBlock]:
    prefix = prefix_of(cidr)
    if prefix is None:
        return Parsed((), (f"the CIDR of block {metadata.name} is not understood",))
    if not node or flag_of(deleted):
        return Parsed(())
    return Parsed((IpamBlock(prefix, node, metadata.source(document)),))
