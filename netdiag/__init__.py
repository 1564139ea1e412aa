"""netdiag follows a packet through a pod network, across every interface, tunnel and node.

Data flows one way, and each package knows only those above it in this list:

* ``model``      the field's nouns as immutable types: layers, capture points, the report
* ``decode``     bytes -> packets: capture files, headers, tunnels (compiled by Cython when built)
* ``facts``      documents -> facts: what nodes and the cluster say of themselves
* ``correlate``  packets -> paths of pings: which sightings are one, in which order (compiled too)
* ``explain``    paths and facts -> the report: how each ping ended, and what that proves
* ``lab``        a cluster of network namespaces to try netdiag on; knows nothing of the others
* ``sources``    where bytes come from: files, folders, archives, pipes
* ``render``     packets and the report -> text, JSON, SVG; not known to ``sources``, nor vice versa
* ``dissect``    one packet -> its headers and fields with their bytes, by scapy or Wireshark
* ``tui``        five screens over what a session of ``cli`` hands them
* ``cli``        commands, wiring, exit codes

``decoder_form`` tells whether the decoder is compiled, and from which sources.
"""

__version__ = "0.1.0"
