cimport cython
from netdiag.decode.decoder cimport Decoder

cdef int DSTOPTS, ICMP, ICMPV6, IPV4, IPV6, ROUTING, STOP, TCP, UDP
cdef int PROTOCOL_UDP, ONES, OPTION_END, OPTION_NOP, LOOSE_ROUTE, STRICT_ROUTE

@cython.locals(size=Py_ssize_t, at=Py_ssize_t, transport=int, ends=cython.longlong, total=cython.longlong)
cpdef int judge_checksum(Decoder decoder) except -1
@cython.locals(network=Py_ssize_t, at=Py_ssize_t, size=Py_ssize_t, stored=int, ends=cython.longlong)
cpdef int judge_tunnel_checksum(Decoder decoder) except -1
cdef Py_ssize_t tunnel_header_bytes(Decoder decoder, Py_ssize_t at) except -1
@cython.locals(transport=int, network=int, at=Py_ssize_t, promised=Py_ssize_t, size=Py_ssize_t, length=int)
cdef Py_ssize_t covered_bytes(Decoder decoder) except -1
@cython.locals(length=int)
cdef int promised_bytes(Decoder decoder) except -1
@cython.locals(at=Py_ssize_t, end=Py_ssize_t)
cdef int is_source_routed(Decoder decoder) except -1
@cython.locals(at=Py_ssize_t, index=int)
cdef Py_ssize_t extension_at(Decoder decoder, int kind, Py_ssize_t after) except -1
cdef int may_misjudge(Decoder decoder) except -1
@cython.locals(depth=int)
cdef int may_lack_checksum(Decoder decoder) except -1
@cython.locals(at=Py_ssize_t)
cdef Py_ssize_t ends_sum(Decoder decoder) except -1
@cython.locals(transport=int, stored=int)
cdef int is_unfinished(Decoder decoder, Py_ssize_t ends, Py_ssize_t size) except -1
@cython.locals(high=size_t, low=size_t, last=size_t, at=size_t)
cdef Py_ssize_t sum_words(const unsigned char[::1] b, size_t start, size_t end) except -1
