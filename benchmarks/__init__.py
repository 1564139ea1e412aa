"""Speed and memory of netdiag beside its peers: whole processes, the same file, one run."""
