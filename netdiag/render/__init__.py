"""Packets and reports -> text, JSON, SVG; every foreign text passes ``terminal.printable``.

Packets:

* ``packet_text``  the innermost packet in tcpdump's words, the tunnels around it (compiled)
* ``packet_line``  one aligned line a packet
* ``packet_json``  one JSON object a packet
* ``count_table``  packets by encapsulation

The report:

* ``report_json``  the report as JSON, and its schema
* ``report_text``  the report as text, on a ``page``; its parts in their order: ``verdict`` (with
  ``carrier``), ``finding_text``, ``mode_table`` (with ``truth_lines``), ``ping_choice``,
  ``ping_summary``, ``ping_table`` (with ``path_line``, ``rewrites``), ``path_times``,
  ``flow_table``, ``probe_lines``, ``capture_lines``, ``document_lines``
* ``ladder_svg``   one ping as a ladder diagram; lists the modules ``ladder_*``

The inspection, nodes without packets:

* ``inspection_text``  all of it as text, on a ``page``; its parts: ``inspection_verdict``,
  ``finding_text``, ``mode_table``, ``node_sections`` (with ``interface_table``, ``reach_table``),
  ``mtu_chains``, ``document_lines``

The expected path, and what codes mean:

* ``path_text``      a path as text; its parts: ``path_verdict``, ``finding_text``
* ``code_page``      one code in full, or all in a line each; ``code_markdown`` for docs/findings

For all:

* ``aligned_rows``, ``durations``, ``place_name``, ``role_words``, ``tunnel_words``,
  ``evidence_words``  tables, times, names
* ``terminal``     what may reach a terminal, and in which colours
"""
