"""Tests of ``netdiag.explain``: what silence means, how pings ended, what each rule finds.

``observing`` reads simulated bundles in this process, up to the step that a test is about;
``telling`` puts a simulated bundle's facts together without packets.
"""
