cimport cython
from netdiag.decode.transport cimport TransportHeaders

cdef int BAD_HEADER_LENGTH, BAD_LENGTH, BAD_VERSION, NO_PROBLEM, NO_VNI_FLAG, TOO_MANY_LAYERS
cdef int ETHERTYPE_IPV4, LINKTYPE_ETHERNET
cdef int ETH, ICMP, ICMPV6, IPV4, MAX_LAYERS, OVER_VXLAN, STOP, TCP, UDP, VXLAN
cdef int VXLAN_FLAG_VNI, WIREGUARD_DATA, PROTOCOL_TCP, PROTOCOL_UDP
cdef int ECHO_REPLY, ECHO_REQUEST

@cython.final
cdef class Decoder(TransportHeaders):
    cpdef attach(self, bytearray buffer)
    @cython.locals(kind=int)
    cpdef int decode(self, Py_ssize_t start, Py_ssize_t captured_end, Py_ssize_t length, int link_type) except -1
    cdef inline int reset(self) except -1
    cdef inline int header(self, int kind) except -1
    cdef int rarer_header(self, int kind) except -1
    @cython.locals(at=Py_ssize_t)
    cdef inline int ethernet(self) except -1
    @cython.locals(at=Py_ssize_t, header=int, length=int, place=int, protocol=int)
    cdef inline int ipv4(self) except -1
    @cython.locals(at=Py_ssize_t, length=int)
    cdef inline int udp(self) except -1
    @cython.final
    @cython.locals(announced=int, first=int)
    cdef inline int udp_payload(self, int destination_port) except -1
    @cython.locals(at=Py_ssize_t)
    cdef inline int vxlan(self) except -1
    @cython.locals(at=Py_ssize_t, header=int)
    cdef inline int tcp(self) except -1
    @cython.locals(at=Py_ssize_t, number=int)
    cdef inline int icmp(self) except -1
