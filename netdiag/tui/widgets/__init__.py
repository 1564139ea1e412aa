"""Parts that screens are made of.

* ``line_table``  a table of any length, drawn line by line
* ``top_bar``     what is looked at, and the screens to go to
* ``banner``      what broke, and how far reading is
* ``trace_body``  ``ping_list``, ``ladder_view``, ``hop_detail``, ``hop_table``, arranged; ``trace_head``
* ``end_list``    pods and nodes to trace between
"""
