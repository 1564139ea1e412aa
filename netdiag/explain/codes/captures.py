"""What captures and facts do not tell."""

from __future__ import annotations

from netdiag.model.code_text import CodeText

CAPTURES = (
    CodeText(
        code="capture-incomplete",
        severity="info",
        node="the node whose capture it is",
        title="a needed capture is missing, began late, is damaged, or empty because of its filter",
        meaning="Something that would decide was not captured: no file of an interface, one that "
        "began after the first pings, one that breaks off, or one that is empty because its filter "
        "sees nothing inside tunnels ('icmp' does not match a ping in VXLAN). What nobody captured "
        "counts as unknown, never as lost.",
        proof="The file itself (it is empty, cut off, begins late), or the way of other pings "
        "between the same two, which crosses a point that has no capture here.",
        causes=(
            "tcpdump with the filter 'icmp' on a NIC, where pings travel in a tunnel",
            "captures were started one after the other, and the pings before the last one",
            "tcpdump was killed, or the file copied before it ended; a full disk",
        ),
        confirm=(
            "capinfos FILE  # first and last packet, number of packets",
            "netdiag packets --count FILE  # what is in it?",
        ),
        fix=(
            "tcpdump -i NIC -w NIC.pcap 'icmp or udp port 8472 or udp port 4789 or ip proto 4'",
            "tcpdump -i any -w any.pcap  # all interfaces of a node in one file",
        ),
        safety="Capturing is safe; on a busy NIC use a filter, and mind the disk.",
    ),
    CodeText(
        code="capture-dropped",
        severity="info",
        node="the node whose capture it is",
        title="the capture lost packets itself",
        meaning="The kernel had packets for the capture that the program did not take in time: "
        "they passed on the wire and are missing in the file only. A packet that is absent there "
        "proves nothing, so losses at that point are not claimed.",
        proof="The drop counter that pcapng files keep per interface. Plain pcap files have none; "
        "tcpdump prints it when it ends ('packets dropped by kernel').",
        causes=(
            "too much traffic for one capture without a filter, or with name lookups",
            "a slow disk, or a small buffer",
        ),
        confirm=("netdiag analyze FILE --json | jq '.captures[] | {file, dropped}'",),
        fix=("tcpdump -B 16384 -s 128 -n -i NIC -w FILE FILTER  # larger buffer, shorter packets",),
        safety="Safe; the buffer is in KiB per capture.",
    ),
    CodeText(
        code="clock-skew",
        severity="info",
        node="the node whose clock is off",
        title="a node's clock is off by more than 1 ms, and by more than the estimate may be wrong",
        meaning="Captures of two nodes are stamped by two clocks. netdiag estimates their "
        "difference from packets that crossed between them both ways and corrects all times by "
        "it, so the report is right. The clocks themselves are not: logs of the two nodes do not "
        "line up, and certificates, leases and databases depend on time, too.",
        proof="Request and reply crossing the underlay, as NTP does it: ((t2-t1)+(t3-t4))/2 over "
        "many pings, with its uncertainty. Equal delay both ways is assumed. One clock is taken "
        "as the reference: which of the two is right is not known.",
        causes=(
            "no NTP daemon on the node, or it cannot reach its server",
            "a virtual machine that was suspended, or whose host's clock is off",
        ),
        confirm=(
            "chronyc tracking || timedatectl timesync-status  # on both nodes",
            "date +%s.%N  # on both at once, as a rough look",
        ),
        fix=("systemctl enable --now chronyd  # on the node; chronyc makestep jumps at once",),
        safety="A clock that is slewed is safe. A jump (makestep) may upset databases and leases: "
        "do it on a drained node if it is more than some seconds.",
    ),
    CodeText(
        code="facts-missing",
        severity="info",
        node="the node whose document is missing",
        title="the document that would tell what is configured or programmed is not there",
        meaning="A question could not be answered because the document that would decide it was "
        "not gathered, is broken, or holds a part only. The finding names it. What is not known "
        "is shown as not known, and never filled in with a default.",
        proof="The document is not in the bundle, or is marked as partial because only a piece of "
        "it was pasted.",
        causes=(
            "captures were taken without facts",
            "the documents were gathered without the rights for them (iptables-save needs root)",
            "only some of the nodes were gathered",
        ),
        confirm=("netdiag inspect CASE  # what is known of each node, and what is not",),
        fix=(
            "mkdir -p NODE/facts  # then, on the node, for each document that is named:",
            "ip -j route show table all > ip_route.json; ip -d -j link > ip_link.json",
            "iptables-save -c > iptables-save-c.txt; sysctl -a > sysctl_all.txt",
        ),
        safety="Safe: all of these commands only read.",
    ),
)
