"""How a packet should travel, by facts alone.

* ``packet``    the packet as rules and routes see it
* ``firewall``  what packet filters and NAT do with it at a hook
"""
