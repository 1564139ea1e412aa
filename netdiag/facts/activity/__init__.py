"""What goes on at a node: counters, connections, sockets, queues, processes, sysctls."""
