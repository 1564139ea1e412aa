"""ICMP echoes from inside a network namespace, that need no ping program there.

* ``session``  sends them, and waits for what comes of each
* ``sweep``    finds the largest packet that is answered; ``search`` says which sizes to try
* ``route``    by which device packets leave, and how large they may be
* ``sockets``  raw sockets: what was received when from whom, what the kernel refused and why
* ``packets``  echo requests and what answers them, as bytes
* ``events``   what is told, as JSON lines
"""
