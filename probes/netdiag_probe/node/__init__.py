"""What a node says of its network: documents as the bundle format names them, and its pods.

* ``documents``      what is asked of a namespace: programs, or else the kernel
* ``programs``       runs them side by side, for so long, up to so many bytes
* ``settings``       kernel settings and counters, from files of ``/proc``
* ``files``          configuration files: those of a list, never others
* ``command_lines``  of the processes that make a pod network
* ``secrets``        taken out of what is read
* ``pods``           network namespaces with processes
* ``owners``         whose they are
"""
