"""The packets of many capture files in order of time."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence

from netdiag.sources.capture_file import OpenCapture


def merge_packets(captures: Sequence[OpenCapture]) -> Iterator[OpenCapture]:
    """Yield, for each packet, the capture whose reader stands at it, the earliest packet first.

    Each file's own order is kept. A capture may be asked about its packet until the next step.
    """
    heap = [
        (capture.reader.time_ns(), index)
        for index, capture in enumerate(captures)
        if capture.reader.next()
    ]
    heapq.heapify(heap)
    while len(heap) > 1:
        index = heap[0][1]
        capture = captures[index]
        yield capture
        if capture.reader.next():
            heapq.heapreplace(heap, (capture.reader.time_ns(), index))
        else:
            heapq.heappop(heap)
    for _, index in heap:
        capture = captures[index]
        yield capture
        while capture.reader.next():
            yield capture
