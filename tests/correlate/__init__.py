"""Tests of ``netdiag.correlate``: generated captures, what is counted, kept, joined and ordered.

* ``collecting``  feeds captures to the collector, as ``sources.analysis`` does
* ``echoes``      pings of real bytes, one at a time and by the ten thousand
* ``segments``    TCP and UDP of real bytes
* ``steps``       crossings without a capture, for what looks only at paths
"""
