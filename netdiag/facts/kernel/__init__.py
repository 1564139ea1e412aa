"""What the kernel was told: documents of ``ip``, ``bridge`` and the older tools, and their sense.

``ip_*`` and ``bridge_*`` hold what JSON and text have in common and the JSON forms, ``*_text`` the
plain text; ``routing`` looks routes up, ``devices`` tells roles and tunnels, ``describing``
turns facts into evidence.
"""
