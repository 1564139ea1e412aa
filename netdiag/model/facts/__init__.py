"""What nodes and the cluster say about themselves, as immutable types.

* ``source``         where in which document a fact stands
* ``kernel``         links, addresses, routes, rules, neighbours, FDB: one network namespace
* ``firewall``       tables, chains and rules of iptables and nft
* ``activity``       what goes on: counters, tracked connections, sockets, queues, command lines
* ``configuration``  what CNI plugins, flannel, Calico, kubelet and docker are told to do
* ``cluster``        Kubernetes objects: pods, nodes, services and what configures the network
* ``node``           all facts of one node
* ``facts``          all facts of all nodes and of the cluster, and the documents that are bad
"""
