from netdiag.decode.decoder cimport Decoder

cdef inline unsigned long long mix(unsigned long long key, unsigned long long number) noexcept:
    key = (key ^ number) * <unsigned long long>0x9E3779B97F4A7C15
    return key ^ key >> 32

cdef inline int word16(Decoder decoder, Py_ssize_t at) except -1:
    return decoder.b[at] << 8 | decoder.b[at + 1]

cdef inline Py_ssize_t word32(Decoder decoder, Py_ssize_t at) except -1:
    cdef Py_ssize_t top = decoder.b[at]
    return top << 24 | decoder.b[at + 1] << 16 | decoder.b[at + 2] << 8 | decoder.b[at + 3]

cdef inline Py_ssize_t word64(Decoder decoder, Py_ssize_t at) except? -1:
    cdef Py_ssize_t high = word32(decoder, at)
    return high << 32 | word32(decoder, at + 4)
