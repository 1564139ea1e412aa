"""How a packet should travel, by facts alone, and what stops it.

* ``packet``     the packet as rules and routes see it
* ``steps``      a journey: the interfaces in order, and the obstacle that ends it
* ``world``      what facts know of pods, nodes, neighbours, settings
* ``walk``       from pod to pod, by ``own_devices``; ``tunnels`` from end to end of a tunnel
* ``firewall``   what packet filters and NAT do with it at a hook; ``filters`` asks them
* ``*_obstacles``  why it ends: routes, bridges, overlays, filters; ``sizes``, ``policies``
* ``naming``     ends by name; ``both_ways`` request and reply
"""
