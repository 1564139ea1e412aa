"""A recording: packets of many places into one pcapng file, as they come (``netdiag capture``).

* ``places``      words of a user -> network namespaces, and patterns of interfaces there
* ``listing``     the interfaces of places, as nodes tell of them
* ``session``     the order of it all: probes started, read, merged, ended
* ``streams``     one probe for each place, what it sends and what it complains of
* ``ending``      signals that end a recording in good order
* ``section``     one probe's pcapng -> packets, its interfaces numbered anew
* ``interfaces``  the interfaces of the merged file, and what is counted of them
* ``reordering``  packets of several streams by time, held back no longer than a moment
* ``blocks``      the blocks of a pcapng file, packed
* ``selection``   which packets are kept, by what is inside their tunnels
* ``output``, ``block_file``, ``rotation``   where they go: a file, a pipe, a ring of files
"""
