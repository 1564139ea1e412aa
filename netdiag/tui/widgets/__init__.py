"""Parts that screens are made of.

* ``line_table``, ``line_cells``  a table of any length, drawn line by line
* ``top_bar``     what is looked at, and the screens to go to
* ``banner``      what broke, and how far reading is
* ``trace_head``, ``trace_body``  what is traced; pings, ladder and times, arranged
* ``ping_list``, ``ladder_view``, ``hop_detail``, ``hop_table``  these, one by one
* ``end_list``    pods and nodes to trace between
"""
