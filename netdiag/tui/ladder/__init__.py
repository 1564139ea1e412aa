"""A ping as a ladder of text: interfaces side by side, time downwards; pure.

* ``placement``  which cell each interface stands in
* ``heading``    nodes and interfaces above
* ``canvas``     a line of cells that is drawn on
* ``arrows``     lines, heads, and the words on them
* ``drawing``    a ping -> lines, and what can be chosen among them
* ``loss``       where a packet died, and why
* ``pings``      pings and attempts of a report, and how to find one again in the next report
* ``times``      how long each hop takes, over many pings
"""
