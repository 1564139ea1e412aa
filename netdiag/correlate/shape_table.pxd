cimport cython
from netdiag.correlate.lane_table cimport LaneTable
from netdiag.correlate cimport mixing
from netdiag.correlate.shape cimport Shape

cdef unsigned long long MASK
cdef int MAX_SHAPES, SAMPLE_HEAD, UNKNOWN, WORDS_A_SIGHTING, ALWAYS_KEPT
cdef long long LATER_NS

@cython.final
cdef class ShapeTable:
    cdef readonly LaneTable table
    cdef Py_ssize_t samples
    cdef Py_ssize_t shared
    cdef readonly list shapes
    cdef int[::1] slots
    cdef unsigned long long slot_mask
    cdef readonly long long pings
    cdef readonly long long attempts
    cdef long long number
    cdef readonly long long left_out
    cdef public long long wanted
    cdef long long random
    cdef long long[::1] row
    cdef unsigned char[::1] taken
    cdef public object point_of_lane
    cdef public frozenset apart

    @cython.locals(
        apart=cython.ulonglong, key=cython.ulonglong, index=int, slot=cython.ulonglong, found=int, shape=Shape
    )
    cdef int add(self, int count, int sequence, long long number, unsigned long long fingerprint) except -1
    @cython.locals(lanes="unsigned int[::1]", shape=Shape, one=int)
    cdef Shape begin(self, unsigned long long key, int count)
    @cython.locals(index=int, number=int, longest=cython.longlong, span=cython.longlong)
    cdef void choose_round_trip(self, Shape shape, int count) except *
    @cython.locals(start_ns=cython.longlong, index=int, kept=Py_ssize_t)
    cdef int count(self, Shape shape, int count, int sequence) except -1
    @cython.locals(index=Py_ssize_t)
    cdef Py_ssize_t place(self, Shape shape) except -2
    @cython.locals(first=Py_ssize_t, index=int, place=int, at=Py_ssize_t)
    cdef int write(self, Shape shape, Py_ssize_t kept, int count, int sequence) except -1
    @cython.locals(
        sent=cython.uint, back=cython.uint, sent_ns=cython.longlong, back_ns=cython.longlong,
        index=int, time_ns=cython.longlong, rtt_ns=cython.longlong
    )
    cdef int time(self, Shape shape, int count) except -1
    cdef int may_be_one(self, int one, int other, int is_weak) except -1
