cimport cython
from netdiag.decode.decoder cimport Decoder
from netdiag.decode.reader cimport CaptureReader

cdef int ARP, MAX_ROWS

@cython.final
cdef class PacketCounts:
    cdef readonly int used
    cdef int latest
    cdef readonly int overflow
    cdef unsigned long long[::1] stacks
    cdef long long[::1] kinds
    cdef long long[::1] packets
    cdef long long[::1] wire_bytes
    cdef readonly long long problems

    @cython.locals(decoder=Decoder)
    cpdef int count_all(self, CaptureReader reader) except -1
    @cython.locals(kind=cython.longlong, row=int)
    cdef inline int count(self, CaptureReader reader, Decoder decoder) except -1
    cpdef int add(self, CaptureReader reader) except -1
    @cython.locals(row=int)
    cdef int find_row(self, unsigned long long stack, long long kind) except -1
