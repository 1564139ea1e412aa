"""Where nodes and pods are, and how a probe is run on them.

* ``places``   the types: nodes, pods, an inventory of them
* ``ends``     what a user typed -> a pod, a node, an address
* ``lab``, ``local``, ``toml_file``   inventories: a lab, this machine, a file
* ``ssh``, ``ssh_failures``   nodes of a file that are logged in to, and why one cannot be
* ``late_documents``  what a cluster says, waited for when it is needed
* ``choosing`` which of them is used
"""
