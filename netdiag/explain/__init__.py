"""From journeys to the report: what was observed, how each ping ended, and what that proves.

Map: ``observations`` is what is known; ``coverage`` tells what silence means; ``judgement`` gives
each track its status; ``opaque`` finds pings inside encrypted tunnels; ``path_view`` puts
them among a track's hops; ``modes`` names the
encapsulation per pair of nodes; ``pings``, ``paths`` and ``flows`` make the report's lists;
``findings`` holds the rules; ``report`` puts it together.
"""
