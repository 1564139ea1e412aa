cimport cython
from netdiag.decode.transport cimport TransportHeaders

cdef int NO_PROBLEM, TOO_MANY_LAYERS, LINKTYPE_ETHERNET
cdef int ETH, ICMP, IPV4, MAX_ENCAPSULATIONS, MAX_LAYERS, OVER_IPIP, OVER_VXLAN, STOP, TCP, UDP, VXLAN
cdef int PROTOCOL_ICMP, PROTOCOL_IPV4, PROTOCOL_TCP, PROTOCOL_UDP
cdef int ECHO_REPLY, ECHO_REQUEST, LAYERS_A_ROUND

@cython.final
cdef class Decoder(TransportHeaders):
    cdef public int express

    cpdef attach(self, bytearray buffer)
    @cython.locals(kind=int)
    cpdef int decode(self, Py_ssize_t start, Py_ssize_t captured_end, Py_ssize_t length, int link_type) except -1
    cdef void walk(self, int kind) except *
    @cython.locals(
        at=size_t, end=size_t, count=size_t, length=int, protocol=int,
        announced=int, first=int, in_vxlan=bint
    )
    cdef int walk_common(self, const unsigned char[::1] b, int kind) except -1
