"""What ``ip -j`` and ``bridge -j`` print, asked of the kernel itself, for nodes without them.

The documents have iproute2's keys and names, limited to what netdiag reads of them.

* ``documents``   a document's name -> its text, for the namespace that the thread is in
* ``links``, ``link_kinds``, ``addresses``, ``routes``, ``rules``, ``neighbours``, ``bridges``:
  one kind of document each, from messages to objects
* ``names``       numbers as iproute2 names them
* ``netlink``     the socket, requests for all there is, attributes
"""
