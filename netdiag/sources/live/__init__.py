"""Live: probes run on nodes, and what they say becomes a bundle.

* ``processes``  a probe as a process: sent over its standard input, armed, ended
* ``patience``   waiting for them, and telling who is waited for
* ``captures``   probes that capture, one for each network namespace
* ``documents``  what nodes say, as files of a bundle
* ``pings``      a probe that pings, line by line; ``connecting``, ``mtu_sweep``: ports, sizes
* ``kernel_watch``  probes that hear what kernels do to our packets
* ``traced``     what is traced, and what came of it
* ``sending``    what a trace sends
* ``tracing``    its steps: the order of it all
* ``counting``   probes that tell what interfaces count
* ``window``, ``followed_file``  the latest packets of a capture that goes on, and all of them
* ``merged_file``  all captures of a bundle as one pcapng
* ``collecting`` the same without a ping
"""
