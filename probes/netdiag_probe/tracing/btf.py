"""BTF, in which a kernel describes its types: where a structure's members are, what numbers mean.

Types have no index: a type's number is its position in a list of entries of different sizes. They
are walked from the start, only as far as something is asked for: the types of the kernel's core
come first. Source: Documentation/bpf/btf.rst, include/uapi/linux/btf.h.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

POINTER, STRUCT, UNION, ENUM, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNCTION_TYPE = (
    2, 4, 5, 6, 8, 9, 10, 11, 13,
)  # fmt: skip
TYPE_TAG, ENUM64 = 18, 19
QUALIFIERS = (TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG)

MAGIC = 0xEB9F
HEADER = struct.Struct("=HBBIIIII")
"""Magic, version, flags, size of this header, then offset and size of types and of strings."""

ENTRY_WORDS = 3
"""Of each type: name, kind and count, size or another type's number."""
MORE_WORDS = {1: 1, 3: 3, 14: 1, 17: 1}
"""What follows by kind, in words: int, array, variable, declaration tag."""
WORDS_EACH = {STRUCT: 3, UNION: 3, ENUM: 2, FUNCTION_TYPE: 2, 15: 3, ENUM64: 3}
"""What follows by kind for each of the counted: members, values, parameters, variables."""

STRIDE = 1024
"""How many types are walked at once."""

DEEPEST = 16
"""Anonymous structures or qualifiers inside one another: more are no kernel's."""


class BtfError(ValueError):
    """Types that are not there, or that nobody can read; its text says what."""


class Btf:
    """Types, by name and by number."""

    def __init__(self, data: bytes, first_string: int = 0) -> None:
        """Read the types of a kernel; of a module, with the size of the kernel's strings.

        A module's BTF continues that of the kernel, numbers of types and offsets of names too.
        Then only what needs no number can be asked for.
        """
        try:
            magic, _, _, size, types, types_size, strings, self.strings_size = HEADER.unpack_from(
                data
            )
            if magic != MAGIC:
                raise BtfError("it does not begin as BTF does")
            begin = size + types
            self._words = memoryview(data)[begin : begin + types_size].cast("I")
            self._strings = data[size + strings : size + strings + self.strings_size]
        except (struct.error, TypeError) as error:
            raise BtfError("it is cut off") from error
        self._first_string = first_string
        self._places = [0]
        self._walked = 0

    def find(self, name: str, kinds: Sequence[int]) -> int:
        """Return the number of the type of this name that is of one of the kinds."""
        at = self._strings.find(b"\0" + name.encode() + b"\0")
        wanted = self._first_string + at + 1
        words, begin = self._words, 1
        while at >= 0 and self._reach(begin):
            for number, place in enumerate(self._places[begin:], begin):
                if words[place] == wanted and words[place + 1] >> 24 & 31 in kinds:
                    return number
            begin = len(self._places)
        raise BtfError(f"it tells nothing of {name}")

    def offset(self, structure: str, path: str) -> int:
        """Return where a member is, in bytes; ``a.b`` is the member b of the member a."""
        number, total = self.find(structure, (STRUCT,)), 0
        for member in path.split("."):
            found = self._find_member(number, member, DEEPEST)
            if found is None:
                raise BtfError(f"it tells nothing of {structure}.{path}")
            total, number = total + found[0], found[1]
        return total

    def values(self, enumeration: str) -> dict[str, int]:
        """Return the numbers of an enumeration, by name."""
        number = self.find(enumeration, (ENUM, ENUM64))
        place, kind, count = self._read(number)
        words = self._take(place, count * WORDS_EACH[kind])
        step = WORDS_EACH[kind]
        return {self._name(words[at]): words[at + 1] for at in range(0, len(words), step)}

    def parameters(self, function_type: str) -> list[str]:
        """Return names of the types of the parameters of a typedef of functions.

        Of pointers it is the name of what they point to.
        """
        number = self._resolve(self.find(function_type, (TYPEDEF,)))
        place, kind, count = self._read(number)
        if kind == POINTER:
            place, kind, count = self._read(self._resolve(self._words[place + 2]))
        if kind != FUNCTION_TYPE:
            raise BtfError(f"its {function_type} is no function")
        words = self._take(place, 2 * count)
        return [self._name_type(words[at + 1]) for at in range(0, 2 * count, 2)]

    def _name_type(self, number: int) -> str:
        number = self._resolve(number)
        if number and self._read(number)[1] == POINTER:
            number = self._resolve(self._words[self._read(number)[0] + 2])
        return self._name(self._words[self._read(number)[0]]) if number else "void"

    def _find_member(self, number: int, name: str, deepest: int) -> tuple[int, int] | None:
        """Return offset and type of a member, also of an anonymous one's member."""
        number = self._resolve(number)
        place, kind, count = self._read(number) if number else (0, 0, 0)
        if kind not in (STRUCT, UNION) or not deepest:
            return None
        has_bit_fields = bool(self._words[place + 1] >> 31)
        words = self._take(place, 3 * count)
        for at in range(0, 3 * count, 3):
            bits = words[at + 2] & 0xFFFFFF if has_bit_fields else words[at + 2]
            if words[at]:
                if self._name(words[at]) == name:
                    return bits // 8, words[at + 1]
                continue
            inside = self._find_member(words[at + 1], name, deepest - 1)
            if inside is not None:
                return bits // 8 + inside[0], inside[1]
        return None

    def _resolve(self, number: int) -> int:
        """Return the type behind typedefs and qualifiers; 0 is void."""
        for _ in range(DEEPEST):
            if not number:
                return 0
            place, kind, _count = self._read(number)
            if kind not in QUALIFIERS:
                return number
            number = self._words[place + 2]
        raise BtfError("its types lead in a circle")

    def _read(self, number: int) -> tuple[int, int, int]:
        """Return place, kind and count of a type."""
        if not self._reach(number):
            raise BtfError(f"it has no type {number}")
        place = self._places[number]
        told = self._words[place + 1]
        return place, told >> 24 & 31, told & 0xFFFF

    def _take(self, place: int, count: int) -> memoryview:
        """Return so many words of what follows an entry."""
        words = self._words[place + ENTRY_WORDS : place + ENTRY_WORDS + count]
        if len(words) < count:
            raise BtfError("it is cut off")
        return words

    def _reach(self, number: int) -> bool:
        """Walk to a type; tell whether there is such a one."""
        words, places, at = self._words, self._places, self._walked
        end = len(words) - ENTRY_WORDS
        while len(places) <= number and at <= end:
            for _ in range(STRIDE):
                places.append(at)
                told = words[at + 1]
                at += _SIZES[told >> 24 & 31] + _EACH[told >> 24 & 31] * (told & 0xFFFF)
                if at > end:
                    break
        self._walked = at
        return number < len(places)

    def _name(self, offset: int) -> str:
        begin = offset - self._first_string
        end = self._strings.find(b"\0", begin)
        if begin < 0 or end < 0:
            raise BtfError("it is cut off")
        return self._strings[begin:end].decode("ascii", "replace")


_SIZES = [ENTRY_WORDS + MORE_WORDS.get(kind, 0) for kind in range(32)]
_EACH = [WORDS_EACH.get(kind, 0) for kind in range(32)]
