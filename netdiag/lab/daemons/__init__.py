"""Programs of the lab's own, run by its keeper: each module has a function ``run``."""
