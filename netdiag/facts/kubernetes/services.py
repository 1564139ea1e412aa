"""Services, and where they lead to: EndpointSlices, and the older Endpoints.

https://kubernetes.io/docs/reference/kubernetes-api/service-resources/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from netdiag.facts.kubernetes.objects import Metadata
from netdiag.facts.parsed import Parsed
from netdiag.facts.values import address_of, addresses_of
from netdiag.model.facts.cluster import EndpointSlice, Service, ServicePort

Target = tuple[str, str | None, str | None, bool]


class _Port(Struct, rename="camel", gc=False):
    port: int | None = None
    name: str | None = None
    protocol: str | None = None
    target_port: int | str | None = None
    node_port: int | None = None


class _ServiceSpec(Struct, rename="camel", gc=False):
    type: str | None = None
    cluster_ip: str | None = field(default=None, name="clusterIP")
    cluster_ips: list[str] | None = field(default=None, name="clusterIPs")
    external_ips: list[str] | None = field(default=None, name="externalIPs")
    ports: list[_Port] | None = None
    selector: dict[str, str] | None = None
    external_traffic_policy: str | None = None
    internal_traffic_policy: str | None = None


class _Ingress(Struct, gc=False):
    ip: str | None = None


class _LoadBalancer(Struct, gc=False):
    ingress: list[_Ingress] | None = None


class _ServiceStatus(Struct, rename="camel", gc=False):
    load_balancer: _LoadBalancer | None = None


class ServiceObject(Struct, gc=False):
    """What is read of a Service."""

    metadata: Metadata
    spec: _ServiceSpec | None = None
    status: _ServiceStatus | None = None


class _Conditions(Struct, gc=False):
    ready: bool | None = None


class _TargetReference(Struct, gc=False):
    kind: str | None = None
    name: str | None = None


class _Endpoint(Struct, rename="camel", gc=False):
    addresses: list[str] | None = None
    conditions: _Conditions | None = None
    node_name: str | None = None
    target_ref: _TargetReference | None = None


class _SliceLabels(Struct, gc=False):
    service: str | None = field(default=None, name="kubernetes.io/service-name")


class _SliceMetadata(Metadata):
    labels: _SliceLabels | None = None


class SliceObject(Struct, gc=False):
    """What is read of an EndpointSlice."""

    metadata: _SliceMetadata
    endpoints: list[_Endpoint] | None = None
    ports: list[_Port] | None = None


class _OldAddress(Struct, rename="camel", gc=False):
    ip: str | None = None
    node_name: str | None = None
    target_ref: _TargetReference | None = None


class _Subset(Struct, rename="camel", gc=False):
    addresses: list[_OldAddress] | None = None
    not_ready_addresses: list[_OldAddress] | None = None
    ports: list[_Port] | None = None


class EndpointsObject(Struct, gc=False):
    """What is read of Endpoints."""

    metadata: Metadata
    subsets: list[_Subset] | None = None


def read_service(service: ServiceObject, document: str) -> Parsed[Service]:
    """Return a service; a headless one, or a mere name, has no addresses."""
    metadata, spec = service.metadata, service.spec or _ServiceSpec()
    balancer = service.status.load_balancer if service.status else None
    ingress = (balancer.ingress if balancer else None) or ()
    found = Service(
        namespace=metadata.namespace or "default",
        name=metadata.name,
        type=spec.type or "ClusterIP",
        cluster_ips=addresses_of((spec.cluster_ip, *(spec.cluster_ips or ()))),
        external_ips=addresses_of((*(spec.external_ips or ()), *(one.ip for one in ingress))),
        ports=tuple(_service_ports(spec.ports or ())),
        source=metadata.source(document),
        external_traffic_policy=spec.external_traffic_policy or None,
        internal_traffic_policy=spec.internal_traffic_policy or None,
        selector=spec.selector or {},
    )
    return Parsed((found,))


def read_endpoint_slice(slice_: SliceObject, document: str) -> Parsed[EndpointSlice]:
    """Return an EndpointSlice; whether one is ready may be unknown, which means that it is."""
    metadata = slice_.metadata
    targets = [
        (address, one.node_name, _pod(one.target_ref), _is_ready(one.conditions))
        for one in slice_.endpoints or ()
        for address in addresses_of(one.addresses or ())
    ]
    found = EndpointSlice(
        namespace=metadata.namespace or "default",
        service=metadata.labels.service if metadata.labels else None,
        addresses=tuple(targets),
        ports=_ports(slice_.ports),
        source=metadata.source(document),
    )
    return Parsed((found,))


def read_endpoints(endpoints: EndpointsObject, document: str) -> Parsed[EndpointSlice]:
    """Return one for each subset, because each has its own ports."""
    metadata = endpoints.metadata
    found = [
        EndpointSlice(
            namespace=metadata.namespace or "default",
            service=metadata.name,
            addresses=(
                *_old_targets(subset.addresses or (), True),
                *_old_targets(subset.not_ready_addresses or (), False),
            ),
            ports=_ports(subset.ports),
            source=metadata.source(document),
        )
        for subset in endpoints.subsets or ()
    ]
    return Parsed(tuple(found))


def _service_ports(ports: Iterable[_Port]) -> Iterator[ServicePort]:
    for one in ports:
        if one.port is not None:
            target = None if one.target_port is None else str(one.target_port)
            protocol = one.protocol or "TCP"
            yield ServicePort(one.name, protocol, one.port, target, one.node_port or None)


def _ports(ports: list[_Port] | None) -> tuple[tuple[str | None, str, int | None], ...]:
    return tuple((one.name or None, one.protocol or "TCP", one.port) for one in ports or ())


def _old_targets(addresses: Iterable[_OldAddress], is_ready: bool) -> Iterator[Target]:
    for one in addresses:
        if address := address_of(one.ip):
            yield address, one.node_name, _pod(one.target_ref), is_ready


def _pod(reference: _TargetReference | None) -> str | None:
    return reference.name if reference and reference.kind == "Pod" else None


def _is_ready(conditions: _Conditions | None) -> bool:
    return conditions is None or conditions.ready is not False
