cimport cython
from netdiag.decode.packet cimport Packet

cdef int BAD_HEADER_LENGTH, BAD_VERSION
cdef int ARP, ETH, IPV4, IPV6, LLC, LOOP, MPLS, NULL, PPP, PPPOE, SLL, SLL2, STOP, VLAN
cdef int LINKTYPE_ETHERNET, LINKTYPE_IPV4, LINKTYPE_IPV6, LINKTYPE_LINUX_SLL
cdef int LINKTYPE_LINUX_SLL2, LINKTYPE_LOOP, LINKTYPE_NULL
cdef int LINKTYPE_RAW, LINKTYPE_RAW_BSD, LINKTYPE_RAW_OPENBSD
cdef int ETHERTYPE_IPV4, ETHERTYPE_ARP, ETHERTYPE_TEB, ETHERTYPE_VLAN, ETHERTYPE_IPV6
cdef int ETHERTYPE_MPLS, ETHERTYPE_MPLS_MULTICAST, ETHERTYPE_PPPOE_SESSION
cdef int ETHERTYPE_QINQ, ETHERTYPE_OLD_QINQ, SMALLEST_ETHERTYPE
cdef int ARPHRD_NETLINK, PACKET_OUTGOING

cdef class LinkHeaders(Packet):
    cdef int link(self, int link_type) except -1
    cdef int link_header(self, int kind) except -1
    @cython.locals(version=int)
    cdef int bare_ip(self) except -1
    cdef int ethertype(self, int number) except -1
    @cython.locals(number=int)
    cdef int type_or_length(self, Py_ssize_t at) except -1
    cdef int ethernet(self) except -1
    cdef int vlan(self) except -1
    @cython.locals(at=Py_ssize_t)
    cdef int llc(self) except -1
    @cython.locals(at=Py_ssize_t)
    cdef int cooked(self) except -1
    @cython.locals(at=Py_ssize_t)
    cdef int cooked2(self) except -1
    cdef int cooked_protocol(self, int device_type, int protocol) except -1
    @cython.locals(family=cython.longlong)
    cdef int loopback(self, int kind) except -1
    @cython.locals(at=Py_ssize_t, nibble=int)
    cdef int mpls(self) except -1
    cdef int pseudowire(self) except -1
    @cython.locals(number=int)
    cdef int is_frame(self, Py_ssize_t at) except -1
    @cython.locals(at=Py_ssize_t)
    cdef int pppoe(self) except -1
    @cython.locals(at=Py_ssize_t, protocol=int)
    cdef int ppp(self) except -1
    @cython.locals(at=Py_ssize_t)
    cdef int arp(self) except -1
