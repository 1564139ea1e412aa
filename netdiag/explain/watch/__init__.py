"""Pings that go on and on: what changes from look to look, and a summary of bounded size.

``spread`` keeps a sample of many values; ``ways`` knows the ways that pings took; ``watch`` tells
what is not as it was.
"""
