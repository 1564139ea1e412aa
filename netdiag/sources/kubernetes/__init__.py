"""A cluster: its pods and nodes by kubectl, and probes in pods of their own.

* ``kubectl``    the program: requests side by side, each refusal one sentence
* ``contexts``   the context that it uses
* ``dispatcher``  the kubectl that Google's runs, where that is what there is
* ``refusals``   what kubectl prints -> what went wrong
* ``ends``       what a user typed -> a pod or a node, none but these fetched
* ``second_addresses``  whose an address is that is no pod's first
* ``objects``    what is read of pods and nodes
* ``allowed``    the fields of objects that may get into a bundle
* ``configuration``  what configures the network, as documents of a bundle
* ``manifests``  the probe's pod
* ``guard``      a process that deletes pods, whatever becomes of this one
* ``probe_pods`` pods that probes run in: made, awaited, deleted; or those of a DaemonSet
* ``inventory``  all of it as an inventory, for as long as it is open
* ``listing``    all nodes and pods, page by page, to choose from
* ``probe_pool`` probe pods that stay, made when their nodes are first looked at
* ``looking``    a node looked at: its probe, its pods, their network namespaces
* ``leftovers``  pods that were left behind
"""
