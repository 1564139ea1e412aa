"""Bytes -> packets: capture files, link types, headers, tunnels. Pure: bytes are handed in.

* ``window``      a bounded, reused buffer over a byte stream
* ``reader``      what every capture file reader offers; ``pcap`` and ``pcapng`` are the two
* ``packet``      where the decoder stands in one packet, and what it found
* ``link`` -> ``internet`` -> ``tunnels`` -> ``transport``   headers, each adding to the one before
* ``decoder``     the walk over all of them: one packet in, layers and encapsulations out
* ``counts``      packets by encapsulation, the fast path of ``packets --count``
* ``checksums``   whether the innermost packet's checksum is right, wrong, or left to offload
* ``fields``      addresses, ports, TTLs and so on of a decoded packet, as Python values
* ``inner_filter``  the filter language over the innermost packet

Modules with a ``.pxd`` beside them are ordinary Python that Cython compiles when the package is
built; both forms give the same results, the compiled one about twenty times as fast.
"""
