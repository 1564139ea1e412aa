cimport cython

cdef class ByteWindow:
    cdef public object read_into
    cdef readonly bytearray buffer
    cdef const unsigned char[::1] b
    cdef public Py_ssize_t at
    cdef readonly Py_ssize_t filled
    cdef readonly long long origin
    cdef readonly int ended
    cdef readonly str stream_problem

    cpdef long long offset(self) except? -1
    cpdef int need(self, Py_ssize_t size) except -1
    cdef int refill(self, Py_ssize_t size) except -1
    @cython.locals(rest=Py_ssize_t)
    cdef int slide(self) except -1
    @cython.locals(count=Py_ssize_t)
    cdef Py_ssize_t read_more(self) except -1
    cdef bint grow(self) except -1
    cdef int replaced(self) except -1
    cpdef int skip(self, Py_ssize_t size) except -1
