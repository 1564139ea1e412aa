"""From journeys to the report: what was observed, how each ping ended, and what that proves.

Map: ``observations`` is what is known; ``coverage`` tells what silence means; ``judgement`` gives
each track its status; ``opaque`` finds pings inside encrypted tunnels; ``path_view`` puts
them among a track's hops; ``observed`` tells what carried them; ``truths`` holds what is configured
and programmed, ``modes`` all three per pair of nodes; ``roles``, ``names``, ``bypass`` and
``pod_links`` are what facts tell of places; ``pings``, ``paths`` and ``flows`` make the report's
lists; ``findings`` holds the rules, ``codes`` what they mean; ``report`` puts it together,
``inspection`` without packets.
"""
