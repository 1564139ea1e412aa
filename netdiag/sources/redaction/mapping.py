"""What each address becomes: the same for the same key, and nothing that tells the key.

IP addresses keep how many leading bits they share, so that subnets, routes and neighbours fit:
bit by bit, each turned or not by a keyed hash of those before it.
Source: Xu and others, Prefix-Preserving IP Address Anonymization (Crypto-PAn), 2002.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2s
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

KEY_BYTES: Final = 32
MOST_NETWORKS: Final = 4096
"""More known subnets are not heeded."""

_CACHED: Final = 1 << 16
_KEPT: Final = tuple(
    map(ip_network, ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/96"))
)
"""Kept as they are: no host's, or the same everywhere (169.254.1.1 is Calico's gateway)."""
_V4_IN_V6: Final = tuple(map(IPv6Network, ("::ffff:0:0/96", "64:ff9b::/96")))
"""An IPv4 address in the last bits."""
_LINK_LOCAL: Final = IPv6Network("fe80::/10")
_MULTICAST: Final = IPv6Network("ff00::/8")
_SOLICITED: Final = IPv6Network("ff02::1:ff00:0/104")
"""Multicast to whom an address with these last 24 bits may belong, RFC 4291."""
_ALIKE: Final = (
    *map(ip_network, ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")),
    *map(ip_network, ("2000::/3", "fc00::/7")),
)
"""Ranges that addresses stay in: private stays private."""

_EUI_64: Final = b"\xff\xfe"
"""In the middle of an interface identifier that a MAC address was made into, RFC 4291."""
_SOLICITED_MAC: Final = b"\x33\x33\xff"
_CALICO_MAC: Final = b"\xee" * 6
_GROUP, _LOCAL = 0x01, 0x02


class Mapping:
    """Maps addresses by a key; two with one key and the same networks agree."""

    def __init__(self, key: bytes, networks: Iterable[Network] = ()) -> None:
        """Map by ``key``; the networks' first and last addresses stay first and last ones."""
        self._key = key
        self._straight: set[tuple[int, int, int]] = set()
        """Version, length and bits of prefixes after which the next bit is as it was."""
        for each in (*_KEPT, *_V4_IN_V6, _LINK_LOCAL, _MULTICAST, *_ALIKE):
            self._straighten(each, range(each.prefixlen), int(each.network_address))
        for each in sorted(set(networks), key=lambda one: (one.version, one))[:MOST_NETWORKS]:
            below = range(each.prefixlen, each.max_prefixlen)
            self._straighten(each, below, int(each.network_address))
            self._straighten(each, below, int(each.broadcast_address))
        self.address = lru_cache(_CACHED)(self._address)
        """An address -> what it becomes."""
        self.mac = lru_cache(_CACHED)(self._mac)
        """Six bytes -> six bytes."""

    def network(self, address: Address, length: int) -> Address:
        """Return what the first part of ``address/length`` becomes: clear host bits stay clear."""
        host_bits = (1 << max(0, address.max_prefixlen - length)) - 1
        mapped = self.address(address)
        return mapped if int(address) & host_bits else type(mapped)(int(mapped) & ~host_bits)

    def packed(self, address: bytes) -> bytes:
        """Map 4 or 16 bytes."""
        read = IPv4Address(address) if len(address) == 4 else IPv6Address(address)
        return self.address(read).packed

    def secret(self, value: bytes, size: int) -> bytes:
        """Return bytes that stand for a value; up to 32."""
        return blake2s(value, key=self._key, digest_size=size, person=b"value").digest()

    def _straighten(self, network: Network, lengths: range, address: int) -> None:
        width = network.max_prefixlen
        self._straight |= {
            (network.version, length, address >> (width - length)) for length in lengths
        }

    def _address(self, address: Address) -> Address:
        if any(address in each for each in _KEPT if each.version == address.version):
            return address
        if isinstance(address, IPv4Address):
            return IPv4Address(self._turned(int(address), 4, 32))
        if any(address in each for each in _V4_IN_V6):
            head, tail = address.packed[:12], address.packed[12:]
            return IPv6Address(head + self.address(IPv4Address(tail)).packed)
        if address in _LINK_LOCAL:
            return IPv6Address(address.packed[:8] + self._interface_id(address.packed[8:]))
        if address in _MULTICAST:
            return self._multicast(address)
        return IPv6Address(self._turned(int(address), 6, 128))

    def _turned(self, value: int, version: int, width: int) -> int:
        turns = 0
        for length in range(width):
            prefix = value >> (width - length)
            turns = turns << 1 | self._turns(version, length, prefix)
        return value ^ turns

    def _turns(self, version: int, length: int, prefix: int) -> int:
        """Tell whether the bit after a prefix is turned: 0 or 1."""
        if (version, length, prefix) in self._straight:
            return 0
        told = bytes((version, length)) + prefix.to_bytes(16, "big")
        return blake2s(told, key=self._key, digest_size=1, person=b"bit").digest()[0] & 1

    def _interface_id(self, identifier: bytes) -> bytes:
        if not any(identifier[:7]):
            return identifier  # fe80::1
        if identifier[3:5] == _EUI_64:
            mac = bytes((identifier[0] ^ _LOCAL,)) + identifier[1:3] + identifier[5:]
            mapped = self.mac(mac)
            return bytes((mapped[0] ^ _LOCAL,)) + mapped[1:3] + _EUI_64 + mapped[3:]
        mapped = self.secret(b"id" + identifier, 8)
        return bytes((mapped[0] | 1,)) + mapped[1:3] + b"\0" + mapped[4:]

    def _multicast(self, address: IPv6Address) -> IPv6Address:
        if address not in _SOLICITED:
            return address
        return IPv6Address(address.packed[:13] + self._last_24_bits(address.packed[13:]))

    def _mac(self, mac: bytes) -> bytes:
        if mac[:3] == _SOLICITED_MAC:
            return mac[:3] + self._last_24_bits(mac[3:])
        if mac[0] & _GROUP or mac == _CALICO_MAC or not any(mac):
            return mac
        mapped = self.secret(b"mac" + mac, 6)
        return bytes((mapped[0] & ~_GROUP | _LOCAL,)) + mapped[1:]

    def _last_24_bits(self, bits: bytes) -> bytes:
        """Return a permutation of 24 bits: four rounds of Feistel's."""
        left, right = divmod(int.from_bytes(bits, "big"), 1 << 12)
        for turn in range(4):
            told = b"low" + bytes((turn, *right.to_bytes(2, "big")))
            mixed = int.from_bytes(self.secret(told, 2), "big") & 0xFFF
            left, right = right, left ^ mixed
        return (left << 12 | right).to_bytes(3, "big")
