cimport cython
from netdiag.decode.decoder cimport Decoder
from netdiag.decode.reader cimport CaptureReader
from netdiag.render.packet_text cimport PacketText

cdef tuple DIRECTIONS
cdef Py_ssize_t WIDEST_PLACE, WIDEST_STACK
cdef str NO_TIME

cdef class PacketLines:
    cdef PacketText text
    cdef object palette
    cdef bint coloured
    cdef bint utc
    cdef long long second
    cdef str clock
    cdef object point
    cdef str place
    cdef Py_ssize_t place_width
    cdef Py_ssize_t stack_width

    @cython.locals(decoder=Decoder, stack=str, direction=str, packet=str, when=str, place=str)
    cpdef str line(self, CaptureReader reader, object point)
    @cython.locals(second=cython.longlong, fraction=cython.longlong)
    cdef str time(self, long long time_ns)
    cdef str clock_text(self, long long second)
    cdef str padded_place(self, str place)
    cdef str in_colour(self, str when, str place, str direction, str stack, str packet, Decoder decoder)
