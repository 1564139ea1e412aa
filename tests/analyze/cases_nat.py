"""Addresses and ICMP ids rewritten on the way; one ping all the same."""

from __future__ import annotations

from dataclasses import replace

from tests.analyze.case import BOTH_VXLAN, Case, pings, tied
from tests.bundles import flannel, others
from tests.bundles.network import Bundle, Network, Stream


def of_second_container(network: Network) -> Network:
    """Return the way of a second container on the same host, out through the same NATs."""

    def moved(path: str) -> str:
        return (
            path.replace("ctr:", "ctr2:")
            .replace("vethd0c0001", "vethd0c0002")
            .replace(">172.17.0.2", ">172.17.0.3")
        )

    return replace(
        network, source="172.17.0.3", request=moved(network.request), reply=moved(network.reply)
    )


CASES = (
    Case(
        name="docker egress, two source NATs keep the id",
        bundle=Bundle(streams=pings(others.docker_egress())),
    ),
    Case(
        name="docker egress, the first NAT is --random-fully",
        bundle=Bundle(streams=pings(others.docker_egress("id=50123"))),
    ),
    Case(
        name="docker egress, both NATs are --random-fully",
        bundle=Bundle(streams=pings(others.docker_egress("id=50123", "id=2077"))),
    ),
    Case(
        name="docker egress, both NATs are --random-fully, ties, any.pcap besides",
        bundle=Bundle(
            streams=pings(tied(others.docker_egress("id=50123", "id=2077"))), any_too=("node-1",)
        ),
    ),
    Case(
        name="docker egress of two containers at once, ids rewritten",
        bundle=Bundle(
            streams=(
                Stream(network=others.docker_egress("id=50123"), first_ip_id=100),
                Stream(
                    network=of_second_container(others.docker_egress("id=18716")),
                    offset_us=40,
                    first_ip_id=9000,
                ),
            )
        ),
    ),
    Case(
        name="a service's address becomes the pod's",
        bundle=Bundle(streams=pings(flannel.SERVICE)),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="a service's address becomes the pod's, ties",
        bundle=Bundle(streams=pings(tied(flannel.SERVICE))),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="source, destination and id rewritten on both nodes",
        bundle=Bundle(streams=pings(others.NAT_BOTH)),
    ),
    Case(name="hairpin: a pod and its own service", bundle=Bundle(streams=pings(flannel.HAIRPIN))),
    Case(
        name="hairpin, ties",
        bundle=Bundle(streams=pings(tied(flannel.HAIRPIN))),
    ),
)
