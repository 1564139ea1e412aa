"""Configuration of network plugins, kubelet, kube-proxy and docker: files, flags, tables."""
