"""Packets on their way from the kernel to a capture file on stdout.

* ``recording``   one namespace: its ring, its interfaces, what of them is recorded
* ``copying``     packets of the ring as blocks of the file, many at once where they are alike
* ``layout``      what the kernel writes in front of each packet, and how it is read
* ``ring``        the memory that the kernel writes packets into
* ``interfaces``  names and addresses of the interfaces, those that come later included
* ``pcapng``      the capture file: its sections, interfaces and statistics
* ``output``      stdout, written to only as long as somebody reads it
"""
