cimport cython
from netdiag.correlate cimport mixing
from netdiag.decode.checksums cimport judge_checksum, judge_tunnel_checksum
from netdiag.decode.decoder cimport Decoder

cdef int MAX_LANES, MANY_CHECKS, CHECK_EVERY, FRAGMENT, CHECKSUM_RIGHT, CHECKSUM_WRONG
cdef int ETH, IPV4, OVER_GENEVE, OVER_VXLAN, OVER_VXLAN_GPE, TCP, UDP

@cython.final
cdef class LaneTable:
    cdef public list lanes
    cdef readonly int used
    cdef unsigned long long[::1] keys
    cdef unsigned int[::1] conversations
    cdef long long[::1] sightings
    cdef unsigned char[::1] is_reply
    cdef unsigned char[::1] is_attempt
    cdef int[::1] ttls
    cdef int[::1] places
    cdef int[::1] slots
    cdef unsigned long long slot_mask
    cdef dict pairs
    cdef readonly long long left_out
    cdef readonly dict wrong_checksums
    cdef readonly dict wrong_tunnel_checksums

    @cython.locals(key=cython.ulonglong, slot=cython.ulonglong, lane=int)
    cdef int find(self, Decoder decoder, int place, int direction, int is_reply) except -2
    @cython.locals(key=cython.ulonglong, at=Py_ssize_t, word=int, rest=cython.ulonglong, index=int)
    cdef unsigned long long key(self, Decoder decoder, int place, int direction, int is_reply) except? 0
    @cython.locals(ports=Py_ssize_t, number=Py_ssize_t)
    cdef Py_ssize_t asked(self, Decoder decoder, int is_reply) except -1
    @cython.locals(outer=int, kind=int, own=int, word=int, fragment=int)
    cdef unsigned long long tunnel_key(self, Decoder decoder, int index, unsigned long long key) except? 0
    @cython.locals(lane=int)
    cdef int add(self, Decoder decoder, unsigned long long key, unsigned long long slot, int place, int direction, int is_reply) except -2
    @cython.locals(size=Py_ssize_t, lane=int, slot=cython.ulonglong)
    cdef void grow(self) except *
    cpdef Py_ssize_t count(self, int lane) except -1
    @cython.locals(count=cython.longlong, verdict=int)
    cdef int check(self, Decoder decoder, int lane, long long frame) except -1
