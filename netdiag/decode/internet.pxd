cimport cython
from netdiag.decode.link cimport LinkHeaders

cdef int BAD_HEADER_LENGTH, BAD_LENGTH, BAD_VERSION
cdef int AH, DSTOPTS, ESP, FRAGMENT, GRE, HOPOPTS, ICMP, ICMPV6, IPV4, IPV6, MPLS
cdef int OVER_4IN6, OVER_6IN4, OVER_6IN6, OVER_ESP, OVER_GRE, OVER_IPIP
cdef int ROUTING, STOP, TCP, UDP
cdef int PROTOCOL_HOPOPTS, PROTOCOL_ICMP, PROTOCOL_IPV4, PROTOCOL_TCP, PROTOCOL_UDP
cdef int PROTOCOL_IPV6, PROTOCOL_ROUTING, PROTOCOL_FRAGMENT, PROTOCOL_GRE, PROTOCOL_ESP
cdef int PROTOCOL_AH, PROTOCOL_ICMPV6, PROTOCOL_DSTOPTS, PROTOCOL_MPLS
cdef int WHOLE, FIRST_FRAGMENT, LATER_FRAGMENT

cdef class InternetHeaders(LinkHeaders):
    cdef int internet_header(self, int kind) except -1
    @cython.locals(at=Py_ssize_t, header=int, length=int)
    cdef int ipv4(self) except -1
    cdef int enter_network(self, int kind, Py_ssize_t at) except -1
    cdef int enter_fragment(self, int offset) except -1
    @cython.locals(at=Py_ssize_t, length=int)
    cdef int ipv6(self) except -1
    cdef int carried(self, int protocol) except -1
    cdef int carried_rarely(self, int protocol) except -1
    @cython.locals(at=Py_ssize_t, size=int)
    cdef int extension(self, int kind) except -1
    @cython.locals(at=Py_ssize_t, place=int)
    cdef int ipv6_fragment(self) except -1
