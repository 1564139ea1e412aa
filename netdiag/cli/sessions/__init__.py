"""What the screens are handed: data that come by themselves, and what can be asked for.

* ``opening``    which session the command line means
* ``saved``      captures and documents, or this machine's facts, read by a process of its own
* ``reader``     that process; ``frames``  what it says
* ``exporting``  the report into files
"""
