"""A Kubernetes API server for tests: real kubectl speaks to it, its nodes are those of a lab.

* ``cluster``        what tests use: a server while the block lasts, and what goes wrong in it
* ``serving``        HTTP/1.1 over TLS; ``certificates`` what it is trusted by
* ``api``            requests -> answers; ``asked`` what is asked; ``resources`` which there are
* ``access``         who may do what; ``admission`` what is stored; ``refusals`` the words of a no
* ``store``          objects, their versions, who watches them; ``selecting`` which are meant
* ``kubelet``        pods' lives: they start, run, end; ``pod_status`` as objects tell of it
* ``processes``      what runs in pods
* ``exec_protocol``  ``kubectl exec``: a process's streams in channels of a WebSocket
* ``lab_objects``    objects that a lab's cluster would have; ``recorded`` those of a real one
"""
