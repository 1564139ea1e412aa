"""How the pings between each two addresses ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from netdiag.explain.path_view import TrackView
from netdiag.model.report import Conversation, Status

MAX_CONVERSATIONS = 1000


def list_conversations(views: Sequence[TrackView]) -> tuple[tuple[Conversation, ...], int]:
    """Return the conversations, those of most losses first, and how many are left out."""
    counts: dict[tuple[str, str], Counter[Status]] = {}
    for view in views:
        counted = counts.setdefault(view.track.pair, Counter())
        late = view.late_pings
        counted["unknown"] += late
        counted[view.judgement.status] += view.track.pings - late
    found = [
        Conversation(
            source,
            destination,
            counted.total(),
            counted["answered"],
            counted["request-lost"],
            counted["reply-lost"],
            counted["unanswered"],
            counted["unknown"],
        )
        for (source, destination), counted in counts.items()
    ]
    found.sort(key=lambda conversation: conversation.answered - conversation.pings)
    return tuple(found[:MAX_CONVERSATIONS]), max(0, len(found) - MAX_CONVERSATIONS)
