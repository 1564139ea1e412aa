cimport cython


@cython.final
cdef class Shape:
    cdef readonly unsigned long long key
    cdef public unsigned long long apart
    cdef unsigned int[::1] lanes
    cdef readonly Py_ssize_t width
    cdef public long long pings
    cdef public long long first_ns
    cdef public long long last_ns
    cdef public int rtt_from
    cdef public int rtt_to
    cdef public long long rtt_min_ns
    cdef public long long rtt_max_ns
    cdef public Py_ssize_t kept
    cdef long long[::1] samples

    @cython.locals(words=Py_ssize_t)
    cpdef void room(self, Py_ssize_t kept) except *
    cpdef list lane_numbers(self)
    @cython.locals(first=Py_ssize_t, place=Py_ssize_t)
    cpdef list sample(self, Py_ssize_t index)
    cpdef Py_ssize_t number(self, Py_ssize_t index) except? -1
    @cython.locals(
        first=Py_ssize_t, second=Py_ssize_t, least=cython.longlong, greatest=cython.longlong,
        step=Py_ssize_t, index=Py_ssize_t, at=Py_ssize_t, time_ns=cython.longlong
    )
    cpdef tuple spread(self, int earlier, int later, Py_ssize_t most)
