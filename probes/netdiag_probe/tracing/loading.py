"""Maps, programs and tracepoints by bpf(2). All are open files: nothing stays when they are closed.

Source: include/uapi/linux/bpf.h, Documentation/userspace-api/ebpf/syscall.rst.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys

SYSCALLS = {
    "x86_64": 321, "aarch64": 280, "riscv64": 280, "loongarch64": 280, "ppc64le": 361, "s390x": 351,
}  # fmt: skip
"""The number of bpf(2), by machine."""

MAP_CREATE, PROG_LOAD, OBJECT_INFO, TRACEPOINT_OPEN = 0, 5, 15, 17
ARRAY, RING = 2, 27
MAPPABLE = 1 << 10
RAW_TRACEPOINT = 17

NAME = b"netdiag_drops"
"""What others see of it who list programs."""

ATTRIBUTE_BYTES = 128
INFORMATION_BYTES = 256
MISSED = 208
"""Where in struct bpf_prog_info is how often the program did not run because it was running."""


def create_ring(size: int) -> int:
    """Return a ring that programs write records into; the size is a power of two, in pages."""
    return _create(struct.pack("=IIIII", RING, 0, 0, size, 0))


def create_counters(size: int) -> int:
    """Return memory that is shared with programs."""
    return _create(struct.pack("=IIIII", ARRAY, 4, size, 1, MAPPABLE))


def load_program(code: bytes) -> int:
    """Return a program for a tracepoint; the kernel has checked it."""
    memory = ctypes.create_string_buffer(code, len(code))
    licence = ctypes.create_string_buffer(b"GPL")
    where = (ctypes.addressof(memory), ctypes.addressof(licence))
    told = struct.pack("=IIQQ24x16s", RAW_TRACEPOINT, len(code) // 8, *where, NAME)
    return _call(PROG_LOAD, told)


def attach(program: int, tracepoint: str) -> int:
    """Return what lets a program run at a tracepoint, as long as it is open."""
    name = ctypes.create_string_buffer(tracepoint.encode())
    return _call(TRACEPOINT_OPEN, struct.pack("=QI", ctypes.addressof(name), program))


def count_missed(program: int) -> int:
    """Return how often the program did not run because it was running; old kernels: 0."""
    memory = ctypes.create_string_buffer(INFORMATION_BYTES)
    where = ctypes.addressof(memory)
    _call(OBJECT_INFO, struct.pack("=IIQ", program, INFORMATION_BYTES, where))
    return int.from_bytes(memory.raw[MISSED : MISSED + 8], sys.byteorder)


def _create(attribute: bytes) -> int:
    """Create a map; before 5.11 its memory counts as locked, of which little is allowed."""
    try:
        return _call(MAP_CREATE, attribute)
    except PermissionError:
        if not _raise_limit():
            raise
    return _call(MAP_CREATE, attribute)


def _raise_limit() -> bool:
    try:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (resource.RLIM_INFINITY,) * 2)
    except (OSError, ValueError):
        return False
    return True


def _call(command: int, attribute: bytes) -> int:
    number = SYSCALLS.get(platform.machine())
    if number is None or struct.calcsize("P") != 8:
        raise OSError(0, f"netdiag-probe does not know bpf() on {platform.machine()}")
    memory = ctypes.create_string_buffer(attribute, ATTRIBUTE_BYTES)
    found: int = _libc.syscall(number, command, memory, ATTRIBUTE_BYTES)
    if found < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return found


_libc = ctypes.CDLL(None, use_errno=True)
