"""Policy routing rules in JSON and in text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from netdiag.facts.kernel.ip_rule import parse_ip_rule, parse_rules_json
from tests.facts.kernel.network_documents import values

RULES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "0:\tfrom all lookup local": (
        {"priority": 0, "src": "all", "table": "local"},
        {"priority": 0, "table": "local"},
    ),
    "100:\tfrom 10.244.0.0/16 lookup 100": (
        {"priority": 100, "src": "10.244.0.0", "srclen": 16, "table": "100"},
        {"priority": 100, "source": "10.244.0.0/16", "table": "100", "is_ipv6": False},
    ),
    "101:\tnot from 10.1.1.1 to 10.2.0.0/16 fwmark 0x200000/0x200000 iif a oif b lookup 254": (
        {
            "priority": 101, "not": None, "src": "10.1.1.1", "dst": "10.2.0.0", "dstlen": 16,
            "fwmark": "0x200000", "fwmask": "0x200000", "iif": "a", "oif": "b", "table": 254,
        },
        {
            "priority": 101, "inverted": True, "source": "10.1.1.1/32", "is_ipv6": False,
            "destination": "10.2.0.0/16", "mark": 0x200000, "mask": 0x200000,
            "input_device": "a", "output_device": "b", "table": "main",
        },
    ),
    "102:\tfrom all fwmark 0x5 ipproto tcp sport 80 lookup main": (
        {"priority": 102, "src": "all", "fwmark": "0x5", "ipproto": "tcp", "sport": 80,
         "table": "main"},
        {"priority": 102, "mark": 5, "protocol": "tcp", "has_other_selectors": True,
         "table": "main"},
    ),
    "103:\tfrom all uidrange 0-5 lookup main": (
        {"priority": 103, "src": "all", "uid_start": 0, "uid_end": 5, "table": "main"},
        {"priority": 103, "has_other_selectors": True, "table": "main"},
    ),
    "104:\tfrom 1.2.3.4 unreachable": (
        {"priority": 104, "src": "1.2.3.4", "action": "unreachable"},
        {"priority": 104, "source": "1.2.3.4/32", "is_ipv6": False, "action": "unreachable"},
    ),
    "106:\tfrom all goto 32766 [unresolved]": (
        {"priority": 106, "src": "all", "goto": 32766},
        {"priority": 106, "action": "goto", "goto": 32766},
    ),
    "107:\tfrom all nop": (
        {"priority": 107, "src": "all", "nop": None},
        {"priority": 107, "action": "nop"},
    ),
    "108:\tfrom all iif a [detached] lookup main suppress_prefixlength 0 proto bird": (
        {"priority": 108, "src": "all", "iif": "a", "table": "main", "suppress_prefixlen": 0},
        {"priority": 108, "input_device": "a", "table": "main", "suppressed_length": 0},
    ),
    "109:\tfrom all lookup [l3mdev-table]": (
        {"priority": 109, "src": "all", "l3mdev": None},
        {"priority": 109, "has_other_selectors": True},
    ),
    "112:\tfrom fd00::/8 lookup 9 realms 3/4": (
        {"priority": 112, "src": "fd00::", "srclen": 8, "table": "9", "flow_from": "3"},
        {"priority": 112, "source": "fd00::/8", "table": "9", "is_ipv6": True},
    ),
}  # fmt: skip
"""A line, the item of JSON for it, and what both tell."""


@pytest.mark.parametrize("line", RULES)
def test_text_and_json_tell_the_same(line: str) -> None:
    item, expected = RULES[line]
    text = parse_ip_rule(line + "\n", "text")
    in_json = parse_rules_json(json.dumps([item]).encode(), "json")
    for rules, problems in (text, in_json):
        assert problems == ()
        assert [{"priority": rule.priority, **values(rule)} for rule in rules] == [expected]


@pytest.mark.parametrize(
    "line",
    [
        "bash: ip: command not found",
        "32766:",
        "32766:\tfrom all",
        "32766:\tfrom all look",
        "32766:\tfrom all lookup",
        "32766:\tfrom all shiny 5 lookup main",
        "32766:\tfrom some lookup main",
        "100:\tfrom all fwmark zero lookup main",
        "first:\tfrom all lookup main",
        "9" * 5000 + ":\tfrom all lookup main",
    ],
)
def test_what_may_be_a_selector_is_never_overlooked(line: str) -> None:
    rules, problems = parse_ip_rule(f"0:\tfrom all lookup local\n{line}\n", "text")
    assert [rule.table for rule in rules] == ["local"]
    assert problems == ("line 2 is not understood",)


def test_json_items_that_are_broken() -> None:
    document = (
        b'[{"src":"all"},{"priority":1,"src":"x","table":"7"},{"priority":2,"fwmark":"?"},7,{}]'
    )
    rules, problems = parse_rules_json(document, "json")
    assert rules == ()
    assert problems == ("item 3 is not understood", "item 0 and 2 more are not understood")


def test_json_of_both_families_says_which_rule_is_of_which() -> None:
    document = (
        b'[{"family":"inet","priority":0,"src":"all","table":"local"},'
        b'{"family":"inet6","priority":0,"src":"all","table":"local"},'
        b'{"priority":1,"src":"fd00::","srclen":64,"table":"7"},'
        b'{"priority":2,"src":"all","table":"main"}]'
    )
    rules, problems = parse_rules_json(document, "json")
    assert problems == ()
    assert [rule.is_ipv6 for rule in rules] == [False, True, True, None]
