"""Frames with MPLS labels and PPPoE sessions between Ethernet and IP."""

from __future__ import annotations

from netdiag.model.link_types import LINKTYPE_ETHERNET as ETHERNET
from tests.decode.cases_link import alone, ping, ping6, ping_frame

MPLS_CASES = [
    ping("mpls", ETHERNET, "8847 00010 1 40", "eth mpls"),
    ping6("three labels", ETHERNET, "8848 000100 40 000200 40 00030 1 40", "eth mpls mpls mpls"),
    ping_frame("pseudowire with a control word", ETHERNET, "8847 00010 1 40 0000 0007", "eth mpls"),
    ping_frame("pseudowire without one", ETHERNET, "8847 000100 40 00020 1 40", "eth mpls mpls"),
    alone(
        "mpls with an OAM channel", ETHERNET, "8847 0000d 1 40 1000 0021" + "77" * 20, "eth mpls"
    ),
    alone(
        "pseudowire with 802.3, told by its size",
        ETHERNET,
        "8847 00010 1 40 0180c2000000 020000000011 0004 42420300",
        "eth mpls eth llc",
    ),
    alone(
        "pseudowire with a length that does not fit",
        ETHERNET,
        "8847 00010 1 40 0180c2000000 020000000011 0005 42420300",
        "eth mpls",
    ),
    alone("pseudowire of 14 bytes", ETHERNET, "8847 00010 1 40" + "00" * 14, "eth mpls eth"),
    alone("no pseudowire: 13 bytes", ETHERNET, "8847 00010 1 40" + "00" * 13, "eth mpls"),
    alone("mpls with nothing", ETHERNET, "8847 00010 1 40", "eth mpls"),
    alone("mpls without an end", ETHERNET, "8847 000100 40", "eth mpls", "short: mpls"),
]

PPP_CASES = [
    ping("pppoe", ETHERNET, "8864 1100 0001 0026 0021", "eth pppoe ppp"),
    ping6("pppoe with ipv6", ETHERNET, "8864 1100 0001 003a 0057", "eth pppoe ppp"),
    ping("ppp with a short protocol", ETHERNET, "8864 1100 0001 0025 21", "eth pppoe ppp"),
    ping("ppp with an address", ETHERNET, "8864 1100 0001 0028 ff03 0021", "eth pppoe ppp"),
    ping("ppp with mpls", ETHERNET, "8864 1100 0001 002a 0281 00010 1 40", "eth pppoe ppp mpls"),
    alone("ppp with lcp", ETHERNET, "8864 1100 0001 0006 c021 0901 0004", "eth pppoe ppp"),
    alone("ppp of one byte", ETHERNET, "8864 1100 0001 0001 00", "eth pppoe ppp", "short: ppp"),
    alone("pppoe that ends a session", ETHERNET, "8864 11a7 0001 0000", "eth pppoe"),
    alone("pppoe of version 2", ETHERNET, "8864 2100 0001 0006 0021", "eth", "version: pppoe"),
    alone("pppoe with nothing", ETHERNET, "8864 1100 0001 0000", "eth pppoe", "short: ppp"),
    alone(
        "pppoe longer than the frame",
        ETHERNET,
        "8864 1100 0001 0009 c021 0901 0004",
        "eth pppoe ppp",
        "length too large: pppoe",
    ),
]

MPLS_PPP_CASES = [*MPLS_CASES, *PPP_CASES]
