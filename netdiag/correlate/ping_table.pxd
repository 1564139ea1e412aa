cimport cython
from netdiag.correlate cimport mixing
from netdiag.correlate.lane_table cimport LaneTable
from netdiag.correlate.ping_rows cimport PingRows
from netdiag.correlate.shape_table cimport ShapeTable

cdef int SMALLEST, LARGEST, MAX_SIGHTINGS, MAX_PROBES, ONLY_REPLY, SEEN_BACK, NO_TTL
cdef unsigned long long ICMP_ID, LOW_32, NO_PAYLOAD
cdef long long HELD_NS, HELD_WHEN_SEEN_BACK_NS, AGAIN_NS

@cython.final
cdef class PingTable:
    cdef ShapeTable shapes
    cdef public int several_places
    cdef public int cut_payloads
    cdef readonly long long left_out
    cdef long long begun
    cdef long long begun_attempts
    cdef long long latest_ns
    cdef PingRows rows
    cdef PingRows spare

    @cython.locals(rows=PingRows, key=cython.ulonglong, slot=Py_ssize_t, ping=int)
    cdef int add(self, long long time_ns, long long frame, int lane, int is_reply, unsigned long long conversation, unsigned long long identity, unsigned long long sequence) except -1
    @cython.locals(lanes=LaneTable)
    cdef Py_ssize_t next_number(self, int lane) except -1
    cdef void make_room(self) except *
    cpdef void finish_all(self) except *
    @cython.locals(rows=PingRows, until_ns=cython.longlong, seen_back_until_ns=cython.longlong, ping=int, last_ns=cython.longlong)
    cdef void finish(self, long long held_ns, int first) except *
    cdef void move(self) except *
    @cython.locals(rows=PingRows, shapes=ShapeTable, place=Py_ssize_t, count=int, number=cython.longlong, fingerprint=cython.ulonglong)
    cdef int fold(self, int ping) except -1
    @cython.locals(
        rows=PingRows, size=cython.ulonglong, slots="int[::1]", ping=int, probes=int,
        fingerprint=cython.ulonglong, slot=cython.ulonglong
    )
    cdef void join_parts(self) except *
    @cython.locals(rows=PingRows, one=Py_ssize_t, other=Py_ssize_t)
    cdef int are_one(self, int first, int second) except -1
    @cython.locals(
        rows=PingRows, lanes=LaneTable, kind=int, shared=int, place=Py_ssize_t, beside=Py_ssize_t
    )
    cdef int follow_each_other(self, int first, int second, int one, int other) except -1
    @cython.locals(first=cython.ulonglong, second=cython.ulonglong, cut=bint, is_weak=bint, lanes=LaneTable, one_lane=int, other_lane=int,
        is_translated=bint)
    cdef int is_copy(self, Py_ssize_t one, Py_ssize_t other) except -1
