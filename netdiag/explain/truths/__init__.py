"""The three truths about how pods reach each other: configured, programmed, observed.

* ``cluster_nodes``  nodes as facts and Kubernetes tell of them: addresses, pod subnets, pods
* ``plugins``        which network plugin a node is configured for
* ``configured``     what carries packets from one node to another by configuration
* ``programmed``     the same by routes and devices
* ``proofs``         which backend the kernel's state proves
* ``truths``         all of it per pair of nodes, and whether it agrees
"""
