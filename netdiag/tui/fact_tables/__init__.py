"""Facts as tables: what nodes and the cluster said, a row for each thing.

* ``table``   what a table is: items, and functions that make words of one when it is seen
* ``kernel``, ``firewall``, ``activity``, ``configuration``  of a node; ``cluster``  of Kubernetes
* ``places``  nodes and the cluster with their tables; where a document tells of a row
"""
