"""ICMP echoes from inside a network namespace, that need no ping program there.

* ``session``  sends them, and waits for what comes of each
* ``sockets``  raw sockets: what was received when from whom, what the kernel refused and why
* ``packets``  echo requests and what answers them, as bytes
* ``events``   what is told, as JSON lines
"""
