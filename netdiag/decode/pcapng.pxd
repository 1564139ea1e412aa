cimport cython
from netdiag.decode.reader cimport CaptureInterface, CaptureReader

cdef long long MAX_INTERFACES, MAX_PACKET_BYTES, MAX_WINDOW_BYTES
cdef long long SECTION_HEADER
cdef int INTERFACE_DESCRIPTION, PACKET, SIMPLE_PACKET, INTERFACE_STATISTICS, ENHANCED_PACKET
cdef int OPTION_FLAGS
cdef long long LARGEST_PLAIN_TIME, LARGEST_LOADED

cdef class PcapngReader(CaptureReader):
    @cython.locals(kind=cython.longlong, size=cython.longlong)
    cpdef int next(self) except -1
    cdef int is_sound(self, long long size) except -1
    cdef int load_packet(self, long long size) except -1
    cdef int load(self, long long size) except -1
    @cython.locals(start=cython.longlong)
    cdef int pass_over(self, long long size) except -1
    @cython.locals(order=int, major=int, size=cython.longlong)
    cdef int read_section_header(self) except -1
    cdef int read_interface_block(self, long long kind, long long size) except -1
    @cython.locals(sound=int, simple=bint)
    cdef int read_packet(self, long long kind, long long size) except -1
    @cython.locals(interface=CaptureInterface, captured=cython.longlong)
    cdef int read_simple(self, long long size) except -1
    @cython.locals(at=Py_ssize_t, number=cython.longlong, captured=cython.longlong, options=Py_ssize_t)
    cdef int read_enhanced(self, long long kind, long long size) except -1
    cdef int broken_block(self, long long size) except -1
    @cython.locals(interface=CaptureInterface)
    cdef int use_interface(self, long long number) except -1
    cdef int place(self, int header, long long captured, long long size) except -1
    @cython.locals(interface=CaptureInterface, unit_ns=cython.longlong, units=cython.longlong)
    cdef void set_time(self, long long high, long long low) except *
    @cython.locals(code=int, size=int, flags=int)
    cdef int find_direction(self, Py_ssize_t at, Py_ssize_t end) except -1
