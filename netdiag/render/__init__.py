"""Packets and reports -> text, JSON, SVG; every foreign text passes ``terminal.printable``.

Packets:

* ``packet_text``  the innermost packet in tcpdump's words, the tunnels around it (compiled)
* ``packet_line``  one aligned line a packet
* ``packet_json``  one JSON object a packet
* ``count_table``  packets by encapsulation

The report:

* ``report_json``  the report as JSON, and its schema
* ``report_text``  the report as text, on a ``page``; its parts in their order: ``verdict`` (with
  ``carrier``), ``finding_text``, ``mode_table``, ``ping_choice``, ``ping_summary``, ``ping_table``
  (with ``path_line``, ``rewrites``), ``path_times``, ``flow_table``, ``probe_lines``,
  ``capture_lines``
* ``ladder_svg``   one ping as a ladder diagram; lists the modules ``ladder_*``

For all:

* ``aligned_rows``, ``durations``, ``place_name``, ``tunnel_words``  tables, times, names
* ``terminal``     what may reach a terminal, and in which colours
"""
