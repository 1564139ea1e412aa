"""Programs for the kernel that choose the packets to capture.

* ``pings``        what matters of pings and connections, under tunnels too
* ``expressions``  what a user's libpcap expression chooses
* ``headers``      the part that looks at an IP header, and at ICMP
* ``ports``        those that look at TCP and UDP, and tell tunnels apart
* ``frames``       the one that looks at an Ethernet frame
* ``gre``          the one that looks at GRE
* ``hosts``        those that decide by the addresses
* ``exits``        where they lead to
* ``arguments``    what the command line says of all this
* ``bpf``          an assembler
"""
