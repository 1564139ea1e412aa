cimport cython

cdef int CUT, OVERLONG, SHORT, TOO_DEEP
cdef int ENCAPSULATION_BITS, MAX_ENCAPSULATIONS, MAX_LAYERS, STOP

cdef class Packet:
    cdef const unsigned char[::1] b
    cdef bytearray buffer
    cdef readonly Py_ssize_t start
    cdef readonly Py_ssize_t at
    cdef readonly Py_ssize_t end
    cdef readonly Py_ssize_t limit
    cdef readonly Py_ssize_t wire_end
    cdef readonly int partial
    cdef readonly int count
    cdef long long[::1] layers
    cdef readonly int problem
    cdef readonly int problem_layer
    cdef readonly int tags
    cdef readonly int depth
    cdef int[::1] tunnel_kinds
    cdef int[::1] tunnel_networks
    cdef int[::1] tunnel_offsets
    cdef readonly unsigned long long encapsulations
    cdef readonly int quote
    cdef readonly int quote_depth
    cdef readonly int direction
    cdef readonly unsigned int ifindex
    cdef readonly int network
    cdef readonly Py_ssize_t network_at
    cdef readonly int protocol
    cdef readonly int fragment
    cdef readonly int transport
    cdef readonly Py_ssize_t transport_at
    cdef readonly Py_ssize_t transport_end

    cpdef int u16(self, Py_ssize_t at) except -1
    @cython.locals(top=cython.longlong)
    cpdef long long u32(self, Py_ssize_t at) except -1
    cpdef int layer(self, Py_ssize_t index) except -1
    cpdef int layer_offset(self, Py_ssize_t index) except? -1
    cpdef tuple tunnel(self, Py_ssize_t index)
    cpdef int byte(self, Py_ssize_t at) except -1
    cpdef bytes octets(self, Py_ssize_t at, Py_ssize_t size)
    cdef int note(self, int problem) except -1
    cdef int reject(self, int problem) except -1
    cdef int reject_short(self) except -1
    cdef int lacks(self, Py_ssize_t size) except -1
    cdef int ends_within(self, Py_ssize_t size) except -1
    cdef int narrow(self, Py_ssize_t size) except -1
    @cython.locals(depth=int)
    cdef int enter_tunnel(self, int kind, int following) except -1
