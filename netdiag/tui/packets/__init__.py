"""The packets behind the Packets screen: numbers in bounded memory, no widget among them.

* ``arena``    records of one list, the oldest giving way
* ``marks``    packets that the user marked, and where they are in a list
* ``book``     all packets, those that match the filter, and which of the two is shown
* ``history``  filters that were used before
* ``count``    how many there are, in words
* ``wanted``   a frame that a jump leads to
* ``pings``    which ping of the report a packet belongs to
"""
