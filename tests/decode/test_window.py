"""The window over a stream: it slides, grows within its bound, and tells why a stream ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdiag.decode.window import MAX_WINDOW_BYTES, ByteWindow, StreamError
from tests.decode.capture_files import stream

ALPHABET = bytes(range(256))


def here(window: ByteWindow, size: int) -> bytes:
    """Return the next bytes and move past them."""
    found = bytes(window.buffer[window.at : window.at + size])
    window.at += size
    return found


def endless(view: memoryview) -> int:
    return len(view)


def failing(count: int) -> Callable[[memoryview], int]:
    """Return a stream that fails after so many bytes."""
    read_on = stream(bytes(count))

    def read_into(view: memoryview) -> int:
        read = read_on(view)
        if read == 0:
            raise StreamError("no route to disk")
        return read

    return read_into


@pytest.mark.parametrize("chunk", [1, 3, 1000])
@pytest.mark.parametrize("capacity", [1, 7, 64, 1000])
def test_bytes_come_in_order_whatever_is_needed_of_them(capacity: int, chunk: int) -> None:
    window = ByteWindow(stream(ALPHABET, chunk), capacity)
    found = b""
    for size in (0, 1, 2, 100, 3, 50, 100):
        assert window.need(size) == 1
        assert window.offset() == len(found)
        found += here(window, size)
    assert found == ALPHABET
    assert window.need(0) == 1
    assert window.need(1) == 0


def test_what_is_not_there_leaves_what_is() -> None:
    window = ByteWindow(stream(ALPHABET), 16)
    assert window.need(257) == 0
    assert window.stream_problem == ""
    assert window.need(256) == 1
    assert here(window, 256) == ALPHABET


def test_the_buffer_grows_by_doubling_and_only_for_bytes_that_come() -> None:
    window = ByteWindow(stream(bytes(100)), 16)
    assert window.need(16) == 1
    assert len(window.buffer) == 16
    assert window.need(17) == 1
    assert len(window.buffer) == 32
    assert window.need(1 << 40) == 0
    assert len(window.buffer) == 128


def test_the_buffer_slides_rather_than_grows() -> None:
    window = ByteWindow(stream(ALPHABET), 16)
    for start in range(0, 256, 10):
        assert window.need(min(10, 256 - start)) == 1
        assert here(window, 10) == ALPHABET[start : start + 10]
    assert len(window.buffer) == 16


def test_no_window_grows_past_its_bound() -> None:
    window = ByteWindow(endless, MAX_WINDOW_BYTES // 2 + 1)
    assert window.need(MAX_WINDOW_BYTES) == 1
    assert window.need(MAX_WINDOW_BYTES + 1) == 0
    assert len(window.buffer) == MAX_WINDOW_BYTES == 16 * 1024 * 1024


@pytest.mark.parametrize("chunk", [1, 1000])
def test_skipping_keeps_nothing(chunk: int) -> None:
    window = ByteWindow(stream(ALPHABET * 40, chunk), 16)
    assert window.need(10) == 1
    assert window.skip(5) == 1
    assert window.skip(0) == 1
    assert window.skip(10_000) == 1
    assert (window.offset(), len(window.buffer)) == (10_005, 16)
    assert window.need(4) == 1
    assert here(window, 4) == (ALPHABET * 40)[10_005:10_009]
    assert window.skip(231) == 1
    assert window.skip(1) == 0


def test_skipping_past_the_end() -> None:
    window = ByteWindow(stream(ALPHABET), 16)
    assert window.skip(257) == 0
    assert (window.need(1), window.offset()) == (0, 256)


def test_a_stream_that_fails_is_at_its_end_and_says_why() -> None:
    window = ByteWindow(failing(10), 16)
    assert window.need(11) == 0
    assert window.stream_problem == "no route to disk"
    assert window.need(10) == 1
    window.read_into = endless
    assert window.need(11) == 0, "a stream that failed is not read again"


def test_a_stream_that_fails_while_it_is_skipped() -> None:
    window = ByteWindow(failing(10), 16)
    assert window.skip(11) == 0
    assert window.stream_problem == "no route to disk"


def test_other_errors_are_not_swallowed() -> None:
    def read_into(view: memoryview) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ByteWindow(read_into, 16).need(1)


STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 90)), max_size=12)


@settings(max_examples=200, deadline=None)
@given(STEPS, st.integers(1, 50), st.integers(1, 50))
def test_any_steps_walk_through_the_stream(
    steps: list[tuple[bool, int]], chunk: int, capacity: int
) -> None:
    window = ByteWindow(stream(ALPHABET, chunk), capacity)
    at = 0
    for skips, size in steps:
        is_there = at + size <= len(ALPHABET)
        assert (window.skip(size) if skips else window.need(size)) == is_there
        if not is_there:
            break
        if not skips:
            assert here(window, size) == ALPHABET[at : at + size]
        at += size
        assert window.offset() == at
