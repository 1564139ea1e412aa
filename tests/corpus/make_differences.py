"""Prints the captures that are decoded otherwise than by tshark, for ``differences.tsv``."""

from __future__ import annotations

from pathlib import Path

from tests.corpus.corpus import DECODE, captures_of
from tests.corpus.test_corpus import by_file, dump
from tests.corpus.tshark import differing_fields, read_rows

if __name__ == "__main__":
    decoded = by_file(dump(DECODE))
    for path in captures_of(DECODE):
        fields = differing_fields(decoded[path.name][0], read_rows(Path(f"{path}.tsv")))
        if fields:
            print(path.name, ",".join(sorted(fields)), "", sep="\t")
