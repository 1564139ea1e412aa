"""From packets to tracks: which sightings are of one packet, in which order, on which clock.

Map: ``collector`` reads captures side by side and feeds ``lane_table`` (``lane``: what echo packets
have in common), ``ping_table`` (whose sightings they are; ``ping_rows``: where they are kept),
``shape_table`` (``shape``: finished pings, folded) and ``flow_table`` (TCP and UDP); these are
compiled, with ``mixing`` for their keys. ``rare_packets`` keeps ICMP errors, ARP, fragments and
encrypted tunnels. ``places`` are interfaces in files, and their roles. ``track`` brings the
sightings of a shape into the order of its path: ``crossing`` merges what several captures saw,
``copies`` leaves out what is no step, ``order`` sorts. ``clocks`` tells how nodes' clocks differ
(``middle``: the median).
"""
