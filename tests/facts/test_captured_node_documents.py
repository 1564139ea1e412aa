"""What real nodes printed: all of it is understood, and iptables and nft tell the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from netdiag.facts.activity.sysctls import parse_sysctls
from netdiag.facts.firewall.iptables_save import parse_iptables_save
from netdiag.facts.firewall.nft import parse_nft
from netdiag.model.facts.firewall import Table
from tests.facts.node_documents import FILES, PARSERS, by_name, rules, what_it_does
from tests.real_captures import CAPTURES, needs_captures

pytestmark = needs_captures
CUTS = 60
"""Places at which each kind of document is cut, besides the end of each line."""


def paths(name: str) -> list[Path]:
    return sorted(CAPTURES.glob(f"**/facts/**/{name}"))


@cache
def different_texts(name: str) -> tuple[str, ...]:
    """Return the longest documents of a kind; most of the others say the same again."""
    texts = {path.read_text() for path in paths(name)}
    return tuple(sorted(texts, key=lambda text: (len(text), text))[-3:])


@pytest.mark.parametrize("name", FILES)
def test_all_of_it_is_understood(name: str) -> None:
    found = 0
    for path in paths(name):
        text = path.read_text()
        parsed = PARSERS[FILES[name]](text, name)
        assert parsed.problems == (), path
        assert bool(parsed.items) == has_items(name, text), path
        found += len(parsed.items)
    assert found


def has_items(name: str, text: str) -> bool:
    lines = text.splitlines()
    return len(lines) > 1 if name == "ss.txt" else bool(lines)


def pairs() -> Iterator[tuple[Path, dict[str, Table], dict[str, Table]]]:
    for path in paths("nft.txt"):
        saved = next(
            file
            for end in ("-c", "")
            if (file := path.with_name(f"iptables-save{end}.txt")).exists()
        )
        in_iptables = parse_iptables_save(saved.read_text(), saved.name).items
        yield path, by_name(in_iptables), by_name(parse_nft(path.read_text(), "nft.txt").items)


def test_nft_tells_what_iptables_save_tells() -> None:
    compared = 0
    for path, in_iptables, in_nft in pairs():
        for name, table in in_nft.items():
            expected = rules(in_iptables[name])
            for chain_name, found in rules(table).items():
                wanted = expected.pop(chain_name)
                assert list(map(what_it_does, found)) == list(map(what_it_does, wanted)), path
                compared += len(found)
            assert not any(expected.values()), path
    assert compared > 100


def test_nft_counts_what_iptables_save_counts() -> None:
    compared = 0
    for path, in_iptables, in_nft in pairs():
        for name, table in in_nft.items():
            wanted = rules(in_iptables[name])
            for chain_name, found in rules(table).items():
                for rule, other in zip(found, wanted[chain_name], strict=True):
                    if other.packets is not None:
                        assert (rule.packets, rule.bytes) == (other.packets, other.bytes), path
                        compared += 1
    assert compared > 100


def test_base_chains_are_hooked_alike() -> None:
    for path, in_iptables, in_nft in pairs():
        for name, table in in_nft.items():
            expected = {chain.name: chain for chain in in_iptables[name].chains}
            for found in table.chains:
                wanted = expected[found.name]
                assert (found.hook, found.priority, found.type, found.policy) == (
                    *(wanted.hook, wanted.priority, wanted.type, wanted.policy),
                ), path


def test_names_of_interfaces_with_dots() -> None:
    text = (CAPTURES / "lab/flannel-vxlan/node-1/facts/sysctl_forward_rp.txt").read_text()
    settings = dict(parse_sysctls(text, "sysctl").items)
    assert settings["net.ipv4.conf.flannel/1.rp_filter"] == "0"


@pytest.mark.parametrize("name", FILES)
def test_a_document_that_breaks_off_tells_as_far_as_it_goes(name: str) -> None:
    parse = PARSERS[FILES[name]]
    for text in different_texts(name):
        whole = parse(text, name).items
        line_ends = [place + 1 for place, character in enumerate(text) if character == "\n"]
        step = max(1, len(text) // CUTS)
        places = chain(line_ends[:: max(1, len(line_ends) // CUTS)], range(0, len(text), step))
        for place in places:
            part = parse(text[:place], name).items
            assert len(part) <= len(whole)
            assert part[:-1] == whole[: len(part) - 1] or not part
            if part and isinstance(part[-1], Table):
                assert_begins(part[-1], whole[len(part) - 1])


def assert_begins(part: Table, whole: Table) -> None:
    """Check that each chain of a table that breaks off has the first of its rules."""
    assert (part.name, part.family, part.source) == (whole.name, whole.family, whole.source)
    expected: dict[str, Any] = rules(whole)
    for name, found in rules(part).items():
        assert found == expected[name][: len(found)]
