"""Kubernetes' objects, as ``kubectl get -o json`` or its tables give them."""
