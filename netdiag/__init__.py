"""netdiag follows a packet through a pod network, across every interface, tunnel and node.

Data flows one way, and each package knows only those above it in this list:

* ``model``    the field's nouns as immutable types: layers, encapsulations, capture points
* ``decode``   bytes -> packets: capture files, headers, tunnels (compiled by Cython when built)
* ``sources``  where bytes come from: files, folders, archives, pipes
* ``render``   packets -> lines of text and JSON
* ``cli``      commands, wiring, exit codes

``decoder_form`` tells whether the decoder is compiled, and from which sources.
"""

__version__ = "0.1.0"
