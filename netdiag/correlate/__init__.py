"""From packets to journeys: which sightings are of one packet, in which order, on which clock.

Map: ``collector`` reads captures side by side and feeds ``lane_table`` (what echo packets have in
common), ``ping_table`` (whose sightings they are), ``shape_table`` (finished pings, folded) and
``flow_table`` (TCP and UDP); these are compiled. ``rare_packets`` keeps ICMP errors, ARP, fragments
and encrypted tunnels. ``order`` brings the sightings of a shape into the order of its path,
``clocks`` estimates how nodes' clocks differ, ``journeys`` puts it together.
"""
