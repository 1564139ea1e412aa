"""Runs the probe: ``python -m netdiag_probe``, or the archive ``netdiag-probe.pyz``."""

import sys

from netdiag_probe.cli import main

if __name__ == "__main__":
    sys.exit(main())
