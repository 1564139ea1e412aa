"""One packet -> a tree of its headers and fields, each with its bytes (``model.header_tree``).

* ``headers``     which header comes first, and which follows a UDP tunnel's port
* ``ranges``      which bytes of a header each field was read from
* ``by_scapy``    header after header, by scapy; bounded in depth and time, never raises
* ``by_wireshark``  Wireshark's own dissection of one packet, by pyshark and tshark

Both libraries are large and imported only when a packet is taken apart. What cannot be bounded
from within (a header that takes scapy forever) is bounded by the caller's process.
"""
