cimport cython
from netdiag.correlate cimport mixing
from netdiag.decode.checksums cimport judge_checksum
from netdiag.decode.decoder cimport Decoder
from netdiag.decode.reader cimport CaptureReader

cdef int MAX_ROWS, REMEMBERED, MANY_CHECKS, CHECK_EVERY, CHECKSUM_WRONG, IPV4, TCP
cdef int FIN_OR_SYN, COLUMNS, KEY, PACKETS, BYTES, END
cdef long long LOW_32, SIGN_32

@cython.final
cdef class FlowTable:
    cdef readonly list rows
    cdef public int place
    cdef int latest_place
    cdef int latest_kind
    cdef unsigned long long latest_stack
    cdef unsigned long long latest_key
    cdef readonly int used
    cdef Py_ssize_t size
    cdef readonly long long left_out
    cdef readonly dict wrong_checksums
    cdef unsigned long long[::1] remembered
    cdef long long[::1] numbers
    cdef long long[::1] retransmissions
    cdef long long[::1] first_ns
    cdef unsigned short[::1] slots
    cdef long long slot_mask

    @cython.locals(row=int, slot=cython.longlong)
    cdef void grow(self, Py_ssize_t size) except *
    @cython.locals(
        at=Py_ssize_t, ports=Py_ssize_t, kind=int, key=cython.ulonglong, size=Py_ssize_t, word=int,
        slot=cython.longlong, row=Py_ssize_t, place=Py_ssize_t, packets=cython.longlong, payload=Py_ssize_t
    )
    cdef int add(self, CaptureReader reader, Decoder decoder) except -1
    @cython.locals(row=int, slot=cython.longlong, at=Py_ssize_t)
    cdef int begin(self, CaptureReader reader, Decoder decoder, long long key) except -2
    @cython.locals(
        sequence=cython.longlong, after=cython.longlong, key=cython.ulonglong, ip_id=cython.ulonglong,
        slot=cython.ulonglong, entry=cython.ulonglong, place=Py_ssize_t, latest=cython.longlong,
        known=cython.ulonglong
    )
    cdef int follow(self, Decoder decoder, Py_ssize_t row, Py_ssize_t payload) except -1
    cdef void check(self, Decoder decoder, int row, long long frame) except *
    cpdef tuple counts(self, Py_ssize_t row)
