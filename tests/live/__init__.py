"""Live: probes on nodes, inventories, and how all of it ends."""
