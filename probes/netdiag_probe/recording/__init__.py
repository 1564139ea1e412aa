"""Packets on their way from the kernel to a capture file on stdout.

* ``recording``   one namespace: its ring, its interfaces, its packets as blocks of the file
* ``ring``        the memory that the kernel writes packets into
* ``interfaces``  names and addresses of the interfaces, those that come later included
* ``pcapng``      the capture file: its sections, interfaces and statistics
* ``output``      stdout, written to only as long as somebody reads it
"""
