cimport cython
from netdiag.decode.decoder cimport Decoder

cdef int ARP, ETH, FRAGMENT, ICMP, ICMPV6, IPV4, IPV6, MPLS, OVER_ERSPAN, OVER_GRE, OVER_VXLAN, OVER_WIREGUARD
cdef int STOP, TCP, UDP, VLAN, MAX_CACHED

cdef class PacketText:
    cdef dict pairs
    cdef dict tunnels
    cdef dict flags

    cdef tuple pair(self, Decoder decoder, int kind, Py_ssize_t at)
    @cython.locals(outer=Py_ssize_t)
    cpdef str stack(self, Decoder decoder)
    @cython.locals(header=bytes)
    cdef str vxlan(self, Decoder decoder, Py_ssize_t outer, Py_ssize_t at)
    cdef str stack_between(self, Decoder decoder, Py_ssize_t first, Py_ssize_t last)
    cdef str tunnel(self, Decoder decoder, int kind, Py_ssize_t outer, Py_ssize_t at)
    cpdef str innermost(self, Decoder decoder, Py_ssize_t length, int link_type)
    cdef str quoted(self, Decoder decoder)
    cdef str frame(self, Decoder decoder, Py_ssize_t length, int link_type)
    @cython.locals(
        network=int, at=Py_ssize_t, transport=int, place=Py_ssize_t, end=Py_ssize_t,
        size=Py_ssize_t, text=str, source=str, destination=str
    )
    cdef str packet(self, Decoder decoder)
    cdef str fragment_text(self, Decoder decoder, int network, Py_ssize_t at)
    @cython.locals(number=int, code=int, head=str)
    cdef str icmp(self, Decoder decoder, Py_ssize_t at, Py_ssize_t end, Py_ssize_t length)
    cdef str icmpv6(self, Decoder decoder, Py_ssize_t at, Py_ssize_t end, Py_ssize_t length)
    @cython.locals(size_and_flags=int, flags=int, payload=Py_ssize_t, sequence=cython.longlong, acknowledged=cython.longlong, text=str)
    cdef str tcp(self, Decoder decoder, Py_ssize_t at, Py_ssize_t end, Py_ssize_t length)
    @cython.locals(said=Py_ssize_t)
    cdef str udp(self, Decoder decoder, Py_ssize_t at, Py_ssize_t end, Py_ssize_t length)
    cdef str arp(self, Decoder decoder, Py_ssize_t at)
