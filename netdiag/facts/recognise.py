"""Which parser reads which document: told by its name, or else by its content."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from netdiag.facts.commands import Elsewhere
from netdiag.facts.forms import form_of_broken_json, form_of_json, form_of_text, is_json
from netdiag.facts.json_items import BREAKS_OFF
from netdiag.facts.names import (
    NOT_READ,
    device_of_name,
    form_of_command,
    form_of_name,
    form_of_path,
)
from netdiag.facts.parsed import Parsed
from netdiag.facts.prompts import MAX_PROMPT
from netdiag.facts.readable import readable
from netdiag.facts.readers import JSON_READERS, TEXT_READERS, Reader
from netdiag.facts.scopes import WHOLE, Scope, json_with_device, scope_of, scoped, with_device
from netdiag.facts.sections import Section, looks_like_json, split_sections

NOTHING = "nothing"
"""What a piece is about that only tells what is wrong."""

_HAS_ADDRESSES = re.compile(rb'"addr_info"\s{0,99}:\s{0,99}\[\s{0,99}\{')


class Piece(NamedTuple):
    """What one document, or a part of it, says about one thing."""

    field: str
    """What it is about: ``links``, ``routes``, ``configuration``, …"""
    parsed: Parsed[Any]
    is_text: bool
    """A text that people read; JSON says more."""
    form: str
    scope: Scope = WHOLE
    """What the command was asked for."""
    elsewhere: Elsewhere | None = None
    """Where the command ran; None = where the document is from."""


def recognise(name: str, data: bytes) -> list[Piece]:
    """Return all that a document says; ``name`` is its path below ``facts/`` or the bundle."""
    data = readable(data)
    if not data.strip():
        return []
    by_path = form_of_path(name)
    if by_path == NOT_READ:
        return []
    if by_path is not None:
        whole = Section((), data.decode("utf-8", "replace"), 1)
        in_json = by_path in JSON_READERS
        return _read_json(by_path, data, name) if in_json else _read_text(by_path, whole, name)
    form = form_of_name(name)
    if _begins_as_json(data) and data.rstrip()[-1:] in (b"]", b"}"):
        found = _read_document(form, data, name, device_of_name(name))
        if found is not None:
            return found
    sections = split_sections(data.decode("utf-8", "replace"))
    return [piece for section in sections for piece in _read_section(form, section, name)]


def is_expected(name: str) -> bool:
    """Return True for a document that is there to be read: by its name, or by its place."""
    return "/" not in name or (not name.startswith("files/") and form_of_name(name) is not None)


def _begins_as_json(data: bytes) -> bool:
    return looks_like_json(data.lstrip()[: MAX_PROMPT + 1].decode("utf-8", "replace"))


def _read_document(
    form: str | None, data: bytes, name: str, device: str | None
) -> list[Piece] | None:
    """Return what JSON says; None = it is none, or only its content may tell and it is broken."""
    if form is not None and form in JSON_READERS:
        has_more = form == "ip_link" and _HAS_ADDRESSES.search(data)
        data = json_with_device(data, form, device)
        return _read_json("ip_addr" if has_more else form, data, name)
    known = form_of_json(data)
    return None if known is None else _read_json(known, data, name)


def _read_section(form: str | None, section: Section, name: str) -> list[Piece]:
    """Read what one command printed; its content decides where its name does not."""
    if section.command:
        form = form_of_command(section.command)
        if form == NOT_READ:
            return []
    found: list[Piece] | None = None
    begins_as_json = looks_like_json(section.text)
    if begins_as_json:
        found = _read_json_section(form, section, name)
    if found is None:
        found = _read_lines(form, section, name)
        if begins_as_json and not found and not is_json(section.text.encode()):
            found = [Piece(NOTHING, Parsed((), (BREAKS_OFF,)), False, NOTHING)]
    return [piece._replace(elsewhere=section.elsewhere) for piece in found]


def _read_json_section(form: str | None, section: Section, name: str) -> list[Piece] | None:
    """Return what JSON says that may break off; None = it is none, or of no known form."""
    data = section.text.encode()
    device = scope_of(form or "", section.command).device or device_of_name(name)
    found = _read_document(form, data, name, device)
    if found is None:
        known = form_of_broken_json(data)
        if known is None:
            return None
        found = _read_json(known, data, name)
    return [_in_scope(piece, section) for piece in found]


def _read_lines(form: str | None, section: Section, name: str) -> list[Piece]:
    """Read a text by its form; where that tells nothing, or less, by its content."""
    other = form_of_text(section.text)
    if form is None or (form == "ip_link" and other == "ip_addr"):
        form = other
    found = _read_text(form, section, name) if form else []
    if any(piece.parsed.items for piece in found) or other in (None, form):
        return found
    return _read_text(str(other), section, name) or found


def _read_json(form: str, data: bytes, name: str) -> list[Piece]:
    readers = JSON_READERS[form]
    return [Piece(field, read(data, name), False, form) for field, read in readers]


def _read_text(form: str, section: Section, name: str) -> list[Piece]:
    readers: tuple[tuple[str, Reader], ...] = TEXT_READERS.get(form, ())
    device = scope_of(form, section.command).device
    if device is None and " dev " not in section.text:
        device = device_of_name(name)
    text = with_device(section.text, form, device)
    return [
        _in_scope(Piece(field, read(text, name, section.first_line), True, form), section)
        for field, read in readers
    ]


def _in_scope(piece: Piece, section: Section) -> Piece:
    scope = scope_of(piece.form, section.command)
    return piece._replace(parsed=scoped(piece.parsed, scope), scope=scope)
