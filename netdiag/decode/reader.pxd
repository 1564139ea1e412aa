cimport cython
from netdiag.decode.decoder cimport Decoder
from netdiag.decode.window cimport ByteWindow

cdef class CaptureInterface:
    cdef public int link_type
    cdef public str name
    cdef public str filter
    cdef public long long snaplen
    cdef public int resolution
    cdef public long long time_offset
    cdef public long long unit_ns
    cdef public object dropped
    cdef public long long started_ns
    cdef public long long ended_ns

cdef class CaptureReader(ByteWindow):
    cdef public Decoder decoder
    cdef public long long frame
    cdef public Py_ssize_t start
    cdef public Py_ssize_t end
    cdef public Py_ssize_t length
    cdef public int has_time
    cdef public long long stamp_ns
    cdef public int direction
    cdef public unsigned int ifindex
    cdef public int link_type
    cdef public int interface
    cdef public list interfaces
    cdef public int section
    cdef public object dropped
    cdef long long rest
    cdef public int big_endian
    cdef public str broken
    cdef public long long broken_at

    cpdef int next(self) except -1
    cpdef long long time_ns(self) except? -1
    cpdef int decode(self) except -1
    cpdef bytes packet_bytes(self)
    cpdef int break_off(self, str reason) except -1
    cdef int at_end(self, str what) except -1
    cdef int number16(self, Py_ssize_t at) except -1
    @cython.locals(high=cython.longlong)
    cdef long long number32(self, Py_ssize_t at) except -1
