"""Packet filters and NAT: what iptables, nft and ipset print, in the same terms."""
