cimport cython
from netdiag.decode.reader cimport CaptureInterface, CaptureReader

cdef long long LINKTYPE_MASK, MAX_PACKET_BYTES
cdef long long MAGIC_MODIFIED, MAGIC_NANOSECONDS
cdef int PACKET_OUTGOING, MODIFIED_HEADER

cdef class PcapReader(CaptureReader):
    cdef int record_header
    cdef long long fraction_ns

    @cython.locals(magic=cython.longlong, version=int, interface=CaptureInterface)
    cpdef int read_file_header(self) except -1
    @cython.locals(at=size_t, header=Py_ssize_t, captured=Py_ssize_t, length=Py_ssize_t)
    cpdef int next(self) except -1
    @cython.locals(at=Py_ssize_t, fraction=cython.longlong)
    cpdef long long time_ns(self) except? -1
    @cython.final
    @cython.locals(top=Py_ssize_t)
    cdef inline Py_ssize_t little32(self, size_t at) except -1
