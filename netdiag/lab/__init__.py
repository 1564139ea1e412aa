"""A cluster of network namespaces, in every network mode, with every fault.

* ``cluster``    the plan: nodes, pods, addresses; ``mode`` what a mode consists of
* ``modes``      the network modes, one short file each, made of ``blocks``
* ``faults``     what can be broken, each with the finding that it must lead to
* ``keeper``     the process that a lab lives in and dies with; ``responder`` what runs in a pod
* ``site``       what can be done in the places of a lab; ``netlink`` their network configuration
* ``build``      the plan made real; ``lifecycle`` made, changed, taken down; ``state`` remembered
* ``daemons``    what stands in for devices that a kernel lacks, and what flannel's udp backend runs
* ``kernel``     namespaces and mounts by libc; ``scenery`` the files that a place sees
* ``rules``, ``services``, ``files``  what network plugins leave on a node
"""
