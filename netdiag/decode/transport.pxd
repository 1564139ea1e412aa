cimport cython
from netdiag.decode.tunnels cimport TunnelHeaders

cdef int BAD_HEADER_LENGTH, BAD_LENGTH, ICMP, ICMPV6, IPV4, IPV6, STOP, TCP, UDP
cdef int ICMP_UNREACHABLE, ICMP_SOURCE_QUENCH, ICMP_REDIRECT
cdef int ICMP_TIME_EXCEEDED, ICMP_PARAMETER_PROBLEM
cdef int ICMPV6_UNREACHABLE, ICMPV6_PARAMETER_PROBLEM
cdef int ICMPV6_ECHO_REQUEST, ICMPV6_ECHO_REPLY

cdef class TransportHeaders(TunnelHeaders):
    cdef readonly int quoted_network
    cdef readonly Py_ssize_t quoted_network_at
    cdef readonly int quoted_protocol
    cdef readonly int quoted_fragment
    cdef readonly int quoted_transport
    cdef readonly Py_ssize_t quoted_transport_at
    cdef readonly Py_ssize_t quoted_transport_end

    cdef int transport_header(self, int kind) except -1
    cdef int enter_transport(self, int kind, Py_ssize_t at) except -1
    @cython.locals(at=Py_ssize_t, length=int)
    cdef int udp(self) except -1
    @cython.locals(at=Py_ssize_t, header=int)
    cdef int tcp(self) except -1
    @cython.locals(at=Py_ssize_t, number=int)
    cdef int icmp(self) except -1
    @cython.locals(at=Py_ssize_t, number=int)
    cdef int icmpv6(self) except -1
    cdef int enter_quote(self, int size, int following) except -1
    @cython.locals(
        network=int, network_at=Py_ssize_t, protocol=int, fragment=int, transport=int, transport_at=Py_ssize_t,
        transport_end=Py_ssize_t
    )
    cpdef int swap_quoted(self) except -1
