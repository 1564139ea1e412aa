"""What nodes and a cluster say about themselves, for bundles of simulated packets.

* ``kernel``      links, addresses, routes, … of one namespace; routes as ``ip route`` prints them
* ``devices``     the links there are: NIC, veth, bridge, vxlan, ipip, TUN, WireGuard, …
* ``hosts``       compact description: nodes with NIC, address, pod subnet and pods
* ``namespaces``  a host or a pod -> what is the same in every network
* ``documents``   facts of nodes and of a cluster -> the bundle's documents, by path
* ``link_json``   links and addresses as iproute2 6.1 prints them as JSON
* ``route_json``  routes, rules, neighbours, forwarding databases and bridge ports as JSON
* ``plain_text``  the same as the text that people paste: ``ip``, ``route -n``, ifconfig, brctl
* ``firewall``    iptables-save of flannel, kube-proxy, Calico, Docker
* ``sysctls``     sysctl_forward_rp.txt
* ``cni_files``   configuration files of CNI plugins, flannel and Calico
* ``kubernetes``  nodes, pods, config maps, IP pools as kubectl prints them
* ``pasted``      calicoctl and etcdctl
* ``edits``       what is different on one node, what was not gathered
* ``faults``      faults as a node's kernel shows them
* ``cluster``     nodes, pods and config maps that every network has
* ``flannel``, ``calico``, ``canal``, ``kube_router``, ``cilium``, ``plain``   healthy networks:
  kernel, configuration, annotations
* ``networks``    the ways of packets in those networks that ``tests.bundles`` lacks
* ``large``       a cluster of 500 nodes, for benchmarks

Names and addresses, of MAC too, are those of the packets in ``tests.bundles``.
"""
