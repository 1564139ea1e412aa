"""Where bytes come from: files, folders, archives, pipes, compressed or not.

* ``streams``          one stream of bytes, decompressed as its first bytes say
* ``compressed``       gzip and zstd, every byte before a break, in bounded memory
* ``temporary_files``  files without names; ``spool`` is one that is read at any place
* ``archive``          the members of a .zip or .tar, none of them ever written under its own name
* ``layout``           the bundle format: which node, pod and interface a file's place names
* ``interface_names``  a node's ``ip -j link`` -> the names of its interfaces
* ``paths``            the PATHs of a command line -> capture files
* ``capture_file``     a capture file open for reading, its interfaces named
* ``sorting``          a reader that gives a file's packets in order of time
* ``merge``            the packets of many files in order of time
* ``bundle_writing``   a new folder or archive; ``found_bundle`` is what was found at PATHs as one
* ``new_file``         a file that gets its name when it is whole
* ``analysis``         reads captures side by side, and returns what correlation observed
"""
