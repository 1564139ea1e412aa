"""Live: probes run on nodes, and what they say becomes a bundle.

* ``processes``  a probe as a process: sent over its standard input, armed, ended
* ``patience``   waiting for them, and telling who is waited for
* ``captures``   probes that capture, one for each network namespace
* ``documents``  what nodes say, as files of a bundle
* ``pings``      a probe that pings, line by line
* ``tracing``    the order of it all: ``trace`` and ``collect``
"""
