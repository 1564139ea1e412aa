"""Packets -> lines of text and JSON; every foreign text passes ``terminal.printable`` on its way.

* ``packet_text``  the innermost packet in tcpdump's words, the tunnels around it (compiled)
* ``packet_line``  one aligned line a packet
* ``packet_json``  one JSON object a packet
* ``count_table``  packets by encapsulation
* ``terminal``     what may reach a terminal, and in which colours
"""
