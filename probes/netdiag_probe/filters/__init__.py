"""Programs for the kernel that choose the packets to capture.

* ``pings``        what matters of a ping: echoes, under tunnels too, and what they depend on
* ``expressions``  what a user's libpcap expression chooses
* ``headers``      the parts of a program that each look at one header
* ``bpf``          an assembler
"""
