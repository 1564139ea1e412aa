"""The compiled decoder is in use, and is made from the sources that are here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import netdiag.decoder_form as form

COMPILED_IS_REQUIRED = os.environ.get("NETDIAG_REQUIRE_COMPILED") == "1"


@pytest.mark.skipif(not COMPILED_IS_REQUIRED, reason="NETDIAG_REQUIRE_COMPILED=1 is not set")
def test_the_compiled_decoder_is_in_use() -> None:
    assert form.is_compiled()


def test_the_compiled_decoder_is_not_stale() -> None:
    assert form.stale_modules() == []


def test_a_changed_source_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not form.is_compiled():
        pytest.skip("there is no compiled decoder here")
    record = tmp_path / "compiled.json"
    old = form.RECORD.read_text().replace('"netdiag.decode.link": "', '"netdiag.decode.link": "0')
    record.write_text(old)
    monkeypatch.setattr(form, "RECORD", record)
    assert form.stale_modules() == ["netdiag.decode.link"]
