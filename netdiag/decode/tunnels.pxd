cimport cython
from netdiag.decode.internet cimport InternetHeaders

cdef int ARP_FOR_IPV4, SMALLEST_PAYLOAD
cdef int ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6, SMALLEST_ETHERTYPE, BAD_VERSION, NO_VNI_FLAG
cdef int ERSPAN2, ERSPAN3, ESP, ETH, GENEVE, GRE, IPV4, IPV6, MPLS
cdef int OVER_ERSPAN, OVER_ESP, OVER_GENEVE, OVER_UDP
cdef int OVER_VXLAN, OVER_VXLAN_GPE, OVER_WIREGUARD
cdef int PPP, STOP, VXLAN, VXLAN_GPE, WIREGUARD
cdef int GRE_CHECKSUM, GRE_ROUTING, GRE_KEY, GRE_SEQUENCE, GRE_ACKNOWLEDGEMENT
cdef int GRE_PPP, GRE_ERSPAN2, GRE_ERSPAN3
cdef int VXLAN_FLAG_VNI, VXLAN_FLAG_NEXT_PROTOCOL
cdef int GPE_IPV4, GPE_IPV6, GPE_ETHERNET, GPE_MPLS
cdef int WIREGUARD_INITIATION, WIREGUARD_RESPONSE, WIREGUARD_COOKIE, WIREGUARD_DATA

cdef class TunnelHeaders(InternetHeaders):
    cdef const unsigned char[::1] udp_tunnels

    cdef int tunnel_header(self, int kind) except -1
    @cython.locals(announced=int)
    cdef int udp_payload(self, int source_port, int destination_port) except -1
    @cython.locals(first=int)
    cdef int unannounced_tunnel(self) except -1
    @cython.locals(at=Py_ssize_t, version=int)
    cdef int announced_tunnel(self, int announced) except -1
    @cython.locals(place=Py_ssize_t)
    cdef int is_zero(self, Py_ssize_t at, Py_ssize_t size) except -1
    @cython.locals(at=Py_ssize_t, size=int, ethertype=int, fits=bint, length=int)
    cdef int looks_like_vxlan(self) except -1
    @cython.locals(at=Py_ssize_t, ethertype=int)
    cdef int may_be_vxlan(self) except -1
    @cython.locals(kind=int, size=int)
    cdef int is_wireguard(self) except -1
    @cython.locals(at=Py_ssize_t)
    cdef int looks_like_wireguard_data(self) except -1
    @cython.locals(at=Py_ssize_t)
    cdef int vxlan(self) except -1
    @cython.locals(at=Py_ssize_t, following=int)
    cdef int vxlan_gpe(self) except -1
    @cython.locals(at=Py_ssize_t, size=int)
    cdef int geneve(self) except -1
    @cython.locals(at=Py_ssize_t, flags=int, size=int)
    cdef int gre(self) except -1
    cdef int gre_payload(self, int protocol, int flags) except -1
    @cython.locals(size=int, family=int)
    cdef int skip_source_routes(self) except -1
    @cython.locals(at=Py_ssize_t, size=int, version=int, carries=int, frame_type=int)
    cdef int erspan(self, int kind) except -1
