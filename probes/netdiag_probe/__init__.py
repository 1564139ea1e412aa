"""What runs on a node: reads what the kernel knows and passes, changes nothing, speaks standards.

Needs Python 3.9 and its standard library only, knows nothing of netdiag and netdiag nothing of it:
the two meet on stdin and stdout. One module for each command, loaded when it is used:

* ``capture``   every packet that matters, of every interface of each network namespace, as pcapng
* ``facts``     what the node says of its network, as one JSON document
* ``ping``      ICMP echoes from inside a namespace, as JSON lines

What they rest on, none knowing those above it:

* ``cli``       the command line
* ``messages``  sentences on stderr, exit statuses
* ``lifeline``  when to end: stdin closed, a signal, a deadline
* ``pcapng``    blocks of a capture file
* ``ring``      a TPACKET_V3 ring over all interfaces of a namespace
* ``filters``   which packets matter, as a program for the kernel; ``expressions``: the user's own
* ``bpf``       an assembler for such programs
* ``netns``     work done inside another network namespace
"""

__version__ = "0.1.0"
