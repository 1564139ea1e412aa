"""Netfilter: which rule of nftables or iptables dropped a packet of ours.

* ``session``    all namespaces together: armed, heard, left as they were
* ``watch``      one namespace: its table, what the kernel says of packets there, its rules
* ``table``      the temporary table that has the kernel trace our packets
* ``shapes``     which packets are ours, as conditions on their bytes
* ``traces``     what the kernel says of rules of nftables, those of iptables-nft among them
* ``packet_log`` packets as the kernel logs them, and what the tables of iptables-legacy say
* ``lookup``     a rule's place and text
* ``saved``      rules as iptables-save prints them
* ``kernel``     chains and rules as the kernel lists them
* ``logger``     the kernel's setting of who logs packets
* ``guard``      a process that puts everything back however the probe ends
* ``nfnetlink``  the socket that all this goes through
"""
