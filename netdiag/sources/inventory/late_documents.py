"""What a cluster says, as documents that are asked for while other things happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping


class LateDocuments(Mapping[str, bytes]):
    """Documents by their names, waited for when somebody looks at them."""

    def __init__(self, ask: Callable[[], None], read: Callable[[], dict[str, bytes]]) -> None:
        """Have ``ask`` begin to ask, and ``read`` wait for the answers; each is called once."""
        self._ask = ask
        self._read = read
        self._is_asked = False
        self._documents: dict[str, bytes] | None = None

    def begin(self) -> None:
        """Ask for them, once."""
        if not self._is_asked:
            self._is_asked = True
            self._ask()

    def __getitem__(self, name: str) -> bytes:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __reduce__(self) -> tuple[type[dict[str, bytes]], tuple[dict[str, bytes]]]:
        """Have another process get them as they are."""
        return dict, (self._all(),)

    def _all(self) -> dict[str, bytes]:
        if self._documents is None:
            self.begin()
            self._documents = self._read()
        return self._documents


def ask_for(documents: Mapping[str, bytes]) -> None:
    """Ask for documents that are not there yet, once probes are on their way: those go first."""
    if isinstance(documents, LateDocuments):
        documents.begin()
