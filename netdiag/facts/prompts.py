"""Lines of a terminal that begin with a prompt: which they are, and what was typed there."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from netdiag.facts.commands import SHELLS, Command, Elsewhere, read_command

MAX_PROMPT: Final = 300

_PROMPT: Final = re.compile(
    r"(?P<place>(?:(?:\([^()\n]{1,60}\)|\[[^\]\n]{1,100}\]|[\w.@:~/+└─╰-]{1,100}+)[ ]{0,2}+){0,6}+)"
    r"(?P<mark>[#$>%\u276f»])(?:[ ]+(?P<command>\S.*)?)?"
)
_ARROW: Final = re.compile(
    r"(?P<place>[➜➤][ ]+\S{1,100}(?:[ ]+git:\([^()\n]{0,100}\)(?:[ ]+✗)?)?)(?P<mark>)"
    r"(?:[ ]+(?P<command>\S.*)?)?"
)
"""What oh-my-zsh shows: an arrow, the folder, the branch."""

_FANCY: Final = "\u276f"
"""The mark of starship and others."""

_USER_AND_HOST: Final = re.compile(r"\w@\w")
_FOLDER: Final = re.compile(r"[~/]")
_ENDS: Final = frozenset(("exit", "logout"))
_ALONE: Final = frozenset(("date", "exit", "logout", "clear", "uptime", "reset"))
"""What after a mere ``#`` is a command, and no comment."""


class Prompt(NamedTuple):
    """A line that begins as prompts do."""

    place: str
    """What stands before the mark: user, host, folder; empty = nothing."""
    mark: str
    command: str
    """As typed; empty = nothing was."""

    @property
    def is_certain(self) -> bool:
        """Return True if nothing else looks so."""
        if not self.place:
            return self.mark == _FANCY or (self.mark == "$" and bool(self.command))
        return not self.mark or self.place[0] == "[" or bool(_USER_AND_HOST.search(self.place))

    @property
    def is_likely(self) -> bool:
        """Return True if with a known command after it, it is one."""
        return self.is_certain or " " not in self.place.strip() or bool(_FOLDER.search(self.place))


def read_prompt(line: str) -> Prompt | None:
    """Return the prompt that a line begins with; None = there is none."""
    if len(line) > MAX_PROMPT:
        return None
    found = _PROMPT.fullmatch(line) or _ARROW.fullmatch(line)
    if found is None:
        return None
    return Prompt(found["place"], found["mark"], (found["command"] or "").strip())


class Session:
    """A terminal session, line by line: its prompts, and in which namespace its shell is."""

    __slots__ = ("_inside", "_outer", "_places", "_was_left")

    def __init__(self) -> None:
        self._places: set[str] = set()
        self._inside: Elsewhere | None = None
        self._outer = ""
        self._was_left = False

    def read(self, line: str, is_last: bool = False) -> Command | None:
        """Return the command that a line holds, with no words if none; None = it is output."""
        prompt = read_prompt(line)
        if prompt is None:
            return self._after_end() if self._inside and line.strip() in _ENDS else None
        command = read_command(prompt.command)
        if not self._counts(prompt, command, is_last):
            return None
        if prompt.place:
            self._places.add(prompt.place)
        return self._placed(prompt, command)

    def _counts(self, prompt: Prompt, command: Command, is_last: bool) -> bool:
        """Return True if this is a prompt, and not a line that looks so."""
        if prompt.is_certain or prompt.place in self._places:
            return True
        if not prompt.place and not prompt.command:
            return is_last
        if command.is_known or (command.words and command.elsewhere and command.words[0] in SHELLS):
            return prompt.is_likely
        return not prompt.place and prompt.mark == "#" and prompt.command in _ALONE

    def _placed(self, prompt: Prompt, command: Command) -> Command:
        """Return a command with the namespace that it runs in."""
        if self._inside is not None:
            self._was_left = self._was_left or prompt.place != self._outer
            if command.words[:1] and command.words[0] in _ENDS:
                return self._after_end()
            if self._was_left and prompt.place == self._outer:
                self._after_end()
        if command.elsewhere is not None and command.elsewhere.opens_shell:
            self._inside, self._outer = command.elsewhere, prompt.place
            return Command(())
        return command._replace(elsewhere=command.elsewhere or self._inside)

    def _after_end(self) -> Command:
        self._inside, self._was_left = None, False
        return Command(())
