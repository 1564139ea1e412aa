"""Documents that are asked for while other things happen."""

from __future__ import annotations

import pickle

from netdiag.sources.inventory.late_documents import LateDocuments, ask_for

READ = {"nodes.json": b"[]"}


class Asked:
    """Notes what is done."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.documents = LateDocuments(lambda: self.done.append("asked"), self._read)

    def _read(self) -> dict[str, bytes]:
        self.done.append("read")
        return READ


def test_they_are_asked_for_once_and_read_when_they_are_looked_at() -> None:
    asked = Asked()
    ask_for(asked.documents)
    ask_for(asked.documents)
    assert asked.done == ["asked"]
    assert dict(asked.documents) == READ
    assert len(asked.documents) == 1
    assert asked.done == ["asked", "read"]


def test_who_looks_at_them_first_asks() -> None:
    asked = Asked()
    assert asked.documents["nodes.json"] == b"[]"
    assert asked.done == ["asked", "read"]


def test_another_process_gets_them_as_they_are() -> None:
    assert pickle.loads(pickle.dumps(Asked().documents)) == READ


def test_those_that_are_there_need_not_be_asked_for() -> None:
    ask_for(READ)
