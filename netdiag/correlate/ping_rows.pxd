cimport cython
from netdiag.correlate cimport mixing

@cython.final
cdef class PingRows:
    cdef Py_ssize_t capacity
    cdef Py_ssize_t used
    cdef long long[::1] times
    cdef long long[::1] frames
    cdef int[::1] lanes
    cdef unsigned long long[::1] identities
    cdef int[::1] nexts
    cdef int pings
    cdef unsigned long long[::1] keys
    cdef int[::1] sequences
    cdef long long[::1] numbers
    cdef int[::1] heads
    cdef int[::1] tails
    cdef int[::1] counts
    cdef int[::1] kinds
    cdef int[::1] slots
    cdef unsigned long long slot_mask

    @cython.locals(slot=cython.ulonglong)
    cdef void clear(self) except *
    @cython.locals(slot=cython.ulonglong)
    cdef Py_ssize_t find(self, unsigned long long key) except -1
    @cython.locals(ping=int)
    cdef int begin(self, Py_ssize_t slot, unsigned long long key, int sequence, long long number) except -1
    @cython.locals(place=Py_ssize_t)
    cdef int append(self, int ping, long long time_ns, long long frame, int lane, unsigned long long identity) except -1
    @cython.locals(place=Py_ssize_t)
    cdef int has_lane(self, int ping, int lane) except -1
    @cython.locals(old=int, place=Py_ssize_t, key=cython.ulonglong, ping=int)
    cdef void take_over(self, PingRows other) except *
    cdef void join(self, int first, int second) except *
