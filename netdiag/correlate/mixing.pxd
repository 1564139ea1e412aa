from libc.string cimport memcpy
from netdiag.decode.decoder cimport Decoder

cdef inline unsigned long long mix(unsigned long long key, unsigned long long number) noexcept:
    key = (key ^ number) * <unsigned long long>0x9E3779B97F4A7C15
    return key ^ key >> 32

cdef inline int word16(Decoder decoder, Py_ssize_t at) except -1:
    return decoder.b[at] << 8 | decoder.b[at + 1]

cdef inline Py_ssize_t word32(Decoder decoder, Py_ssize_t at) except -1:
    cdef Py_ssize_t top = decoder.b[at]
    return top << 24 | decoder.b[at + 1] << 16 | decoder.b[at + 2] << 8 | decoder.b[at + 3]

cdef inline unsigned long long raw32(Decoder decoder, Py_ssize_t at) except? 0:
    cdef unsigned int word
    if <size_t>at + 4 > <size_t>decoder.b.shape[0]:
        raise IndexError("outside of the buffer")
    memcpy(&word, &decoder.b[at], 4)
    return word

cdef inline unsigned long long raw64(Decoder decoder, Py_ssize_t at) except? 0:
    cdef unsigned long long word
    if <size_t>at + 8 > <size_t>decoder.b.shape[0]:
        raise IndexError("outside of the buffer")
    memcpy(&word, &decoder.b[at], 8)
    return word
