"""Which packets the kernel drops, and why: a program of ours on one of its tracepoints.

Nothing is left behind: program, ring and tracepoint are open files, and close with the process.

* ``btf``          what the kernel tells of its structures and enumerations
* ``layout``       the few offsets and numbers of them that are needed
* ``ebpf``         an assembler for the kernel's newer machine (eBPF)
* ``shortcut``     what most of the world's packets get to see of it
* ``translation``  a packet filter of the older machine, as a part of such a program
* ``program``      the program: which drops are told, and what of them
* ``loading``      programs, maps and tracepoints, by bpf(2)
* ``ring``         what the program tells, from the memory that it is written into
* ``drops``        one drop, as it was told; ``noise`` those that are none
* ``symbols``      names of the kernel's functions
* ``refusals``     why the kernel did not let us
* ``session``      all of them, from armed to the end
"""
