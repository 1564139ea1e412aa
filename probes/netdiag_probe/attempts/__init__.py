"""Attempts to reach a port by TCP or UDP from inside a network namespace, by the kernel's sockets.

* ``session``  begins them, and waits for what comes of each
* ``attempt``  what attempts have in common: their socket and port, and what the kernel refused
* ``tcp``      a connection that carries no data
* ``udp``      a datagram that carries the token
* ``events``   what is told, as JSON lines
"""
