"""Bundles of real bytes, for pings through a network that a test describes.

* ``paths``    the way of a packet, as text: one line for each interface that it crosses
* ``network``  what a test describes: streams of pings, what became of them, what was captured
* ``packets``  headers with right checksums
* ``tunnels``  one packet under the header of a tunnel
* ``macs``     which MAC addresses a frame has at each step
* ``walk``     a stream of pings -> every crossing of an interface
* ``noise``    other packets: what any capture has, floods, ARP
* ``capture``  crossings -> those that the captures hold, each with its file and frame number
* ``files``    captures -> pcap, pcapng and ``any.pcap``
* ``simulate`` all of it: writes a bundle and returns the truth about it
"""
