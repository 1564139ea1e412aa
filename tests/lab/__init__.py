"""Tests of ``netdiag.lab``: real namespaces, devices, packet filters and pings, as root."""
