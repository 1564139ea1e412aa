"""netdiag with the decoder's interpreted form, as ``python -m benchmarks.interpreted ARGS``."""

from __future__ import annotations

from tests.interpreted import main

if __name__ == "__main__":
    main()
