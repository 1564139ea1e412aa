cimport cython
from netdiag.correlate.flow_table cimport FlowTable
from netdiag.correlate.lane_table cimport LaneTable
from netdiag.correlate cimport mixing
from netdiag.correlate.ping_table cimport PingTable
from netdiag.correlate.shape_table cimport ShapeTable
from netdiag.decode.decoder cimport Decoder
from netdiag.decode.reader cimport CaptureReader

cdef int ICMP, ICMPV6, IPV4, OVER_ESP, OVER_WIREGUARD, TCP, UDP
cdef int TICK_PACKETS, FINGERPRINT_BYTES, SYN, RST, SYN_ACK, SYN_RST_ACK
cdef long long LOW_32
cdef long long NEVER_NS

@cython.final
cdef class Collector:
    cdef readonly LaneTable lanes
    cdef readonly ShapeTable shapes
    cdef readonly PingTable pings
    cdef readonly FlowTable flows
    cdef readonly long long packets
    cdef readonly long long left_out_since_ns
    cdef long long[::1] place_packets
    cdef int follows_ports
    cdef unsigned char[::1] ports
    cdef object observer
    cdef int section
    cdef int interface
    cdef long long ifindex
    cdef int capture
    cdef int place

    cpdef void follow(self, int is_udp, int port) except *
    @cython.locals(reader=CaptureReader)
    cpdef collect(self, readers, observer)
    @cython.locals(more=int)
    cdef int run(self, CaptureReader reader, int index, long long limit_ns) except -1
    @cython.locals(decoder=Decoder)
    cdef void run_out(self, CaptureReader reader, int index) except *
    @cython.locals(ifindex=cython.longlong, kind=int)
    cdef int take(self, CaptureReader reader, Decoder decoder, int index) except -1
    @cython.locals(innermost=int)
    cdef inline int is_opaque(self, Decoder decoder) except -1
    @cython.locals(number=int)
    cdef int take_rare(self, CaptureReader reader, Decoder decoder, int index, int kind) except -1
    @cython.locals(room=bytes)
    cdef void find_place(self, CaptureReader reader, int index, long long ifindex) except *
    cpdef Py_ssize_t packets_at(self, int place) except -1
    @cython.locals(at=Py_ssize_t, identity=cython.ulonglong)
    cdef int add_echo(self, CaptureReader reader, Decoder decoder, int is_reply) except -1
    @cython.locals(at=Py_ssize_t, first=int, port=int, is_reply=int, number=cython.longlong, flags=int)
    cdef int add_attempt(self, CaptureReader reader, Decoder decoder, int kind) except -1
    @cython.locals(direction=int, lane=int, frame=cython.longlong, ip_id=cython.ulonglong)
    cdef inline int add_sighting(self, CaptureReader reader, Decoder decoder, int is_reply, unsigned long long identity, unsigned long long sequence) except -1
    @cython.locals(size=Py_ssize_t, key=cython.ulonglong, index=Py_ssize_t)
    cdef unsigned long long fingerprint(self, Decoder decoder, Py_ssize_t at) except? 0
