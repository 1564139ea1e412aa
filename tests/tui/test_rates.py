"""Rates out of counters, and how they are written."""

from __future__ import annotations

import pytest

from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.kernel import LinkCounters
from netdiag.tui.rates import SAMPLES, Rate, Rates
from netdiag.tui.session import Counters
from netdiag.tui.short_numbers import short_number, sparkline

NIC = CapturePoint("node-1", None, "eth0")


def counters(second: float, packets: int, dropped: int = 0) -> Counters:
    link = LinkCounters(rx_packets=packets, rx_bytes=packets * 100, tx_dropped=dropped)
    return Counters(int(second * 1e9), {NIC: link})


def test_rates_are_of_the_time_between() -> None:
    rates = Rates()
    for each in (counters(1, 100, 5), counters(1.5, 150, 5), counters(3.5, 550, 7)):
        rates.add(each)
    assert rates.of(NIC) == (Rate(100, 10_000, 0), Rate(200, 20_000, 2))


def test_nodes_answer_one_by_one() -> None:
    rates, other = Rates(), CapturePoint("node-2", None, "eth0")
    rates.add(counters(1, 100))
    rates.add(Counters(int(1.5e9), {other: LinkCounters(rx_packets=7)}))
    rates.add(counters(2, 150))
    assert rates.of(NIC) == (Rate(50, 5_000, 0),)
    assert rates.of(other) == ()


def test_counters_of_a_new_device_begin_anew() -> None:
    rates = Rates()
    for each in (counters(1, 1000, 9), counters(2, 10), counters(3, 30)):
        rates.add(each)
    assert rates.of(NIC) == (Rate(20, 2000, 0),)


def test_what_is_gone_is_forgotten_and_old_rates_too() -> None:
    rates = Rates()
    for second in range(SAMPLES + 20):
        rates.add(counters(second, second))
    assert len(rates.of(NIC)) == SAMPLES
    rates.add(Counters(int(1e12), {}))
    assert not rates


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0"), (999, "999"), (1000, "1.0k"), (1234, "1.2k"), (12_345, "12k"), (999_999, "1.0M"),
     (2.5e9, "2.5G"), (1e20, "100E")],
)  # fmt: skip
def test_numbers_are_short(number: float, words: str) -> None:
    assert short_number(number) == words


def test_a_sparkline_is_as_wide_as_asked_and_its_top_is_the_greatest() -> None:
    assert sparkline([], 4) == "    "
    assert sparkline([0, 0], 4) == "    "
    assert sparkline([1, 4, 8], 4) == " ▁▄█"
    assert sparkline(range(100), 3) == "▇▇█"
