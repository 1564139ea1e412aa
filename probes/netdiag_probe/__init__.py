"""What runs on a node: reads what the kernel knows and passes, changes nothing, speaks standards.

Only ``rules`` changes something, for as long as it runs, and puts it back however it ends.

Needs Python 3.9 and its standard library only, knows nothing of netdiag and netdiag nothing of it:
the two meet on stdin and stdout. One module for each command, loaded when it is used:

* ``capture``    every packet that matters, of every interface of each namespace, as pcapng
* ``connect``    attempts to reach a port by TCP or UDP from inside a namespace, as JSON lines
* ``counters``   what interfaces count, again and again, as JSON lines
* ``drops``      packets that the kernel drops and why, as JSON lines
* ``facts``      what the node says of its network, as one JSON document
* ``ping``       ICMP echoes from inside a namespace, as JSON lines
* ``rules``      which rule of nftables or iptables drops packets of ours, as JSON lines

What they rest on, none knowing those above it:

* ``cli``        the command line
* ``recording``  packets, from the kernel's memory to a capture file
* ``tracing``    drops, from the kernel's tracepoint to a line
* ``filters``    which packets matter, as programs for the kernel
* ``echo``       messages of a ping
* ``attempts``   connections and datagrams to a port
* ``error_queue``, ``icmp``  what became of packets that were sent, and who says so
* ``netfilter``  packets traced through the rules of namespaces, and rules looked up
* ``node``       what programs print, what files hold, which pods there are
* ``rtnetlink``  what the kernel itself says of interfaces, addresses, routes
* ``arguments``, ``addresses``  what several commands read
* ``pod_search``  which process is a pod's
* ``netns``      work done inside another network namespace
* ``lifeline``   when to end: stdin closed, a signal, a deadline
* ``messages``   sentences on stderr, exit statuses
"""

__version__ = "0.1.0"
