"""What the screens are handed: data that come by themselves, and what can be asked for.

* ``opening``    which session the command line means; ``checked_paths`` refuses some PATHs
* ``saved``      captures and documents, or this machine's facts, read by a process of its own
* ``reader``     that process; ``frames``  what processes tell and are told; ``framing``  how
* ``live``       nodes that run; ``known``, ``asked_trace``  what it knows, and is asked for
* ``worker``, ``job``  a process of it, and what that is started with
* ``cluster``    a cluster, whose nodes are asked when somebody looks at them: ``cluster_worker`` is
  its process, ``cluster_tasks`` what waits there, in ``cluster_threads``, ``cluster_documents``
  what it knows, ``cluster_frames`` what is said, ``listed_nodes`` nodes and pods for the screens
* ``nodes``      asks nodes, counts; ``tracer``, ``live_pings``  traces, once or on and on
* ``exporting``  the report into files
* ``packets``    the packets: ``listing`` lists them by a process (``packet_lister``),
  ``packet_stores`` knows where their bytes are, ``packet_words`` makes a row, ``dissecting`` asks
  ``dissector`` for headers, ``packet_writing`` has them written (``packet_writer``), or all that
  PATHs hold (``case_keeper``); ``packet_frames`` is what is said
* ``live_packets``  the same of a trace that runs
"""
