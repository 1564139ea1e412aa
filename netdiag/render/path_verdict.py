"""The verdict on an expected path: does a ping pass both ways, and in what?"""

from __future__ import annotations

from netdiag.model.expected import ExpectedPath, ExpectedWay, PathEnd
from netdiag.render.tunnel_words import stack_sentence


def path_sentences(path: ExpectedPath) -> list[str]:
    """Return the sentences, most important first; each is a paragraph of its own."""
    ends = f"{_named(path.source)} → {_named(path.destination)}"
    request, reply = path.request, path.reply
    if request.arrives and reply.arrives:
        carried = _carried(request)
        return [f"{ends}: by facts, a ping of {path.size} bytes passes both ways{carried}."]
    if request.arrives:
        return [f"{ends}: by facts, the request arrives{_carried(request)}; {_told(reply)}."]
    sentences = [f"{ends}: by facts, {_told(request, 'the request')}."]
    if reply.arrives is False and not _is_same(request, reply):
        sentences.append(f"Were the request to arrive, {_told(reply)}.")
    return sentences


def _named(end: PathEnd) -> str:
    return f"{end.address} ({end.name})" if end.name else end.address


def _told(way: ExpectedWay, packet: str = "the reply") -> str:
    if way.stopped is not None:
        return f"{packet} is stopped: {way.stopped.title}"
    return f"whether {packet} arrives cannot be told"


def _is_same(request: ExpectedWay, reply: ExpectedWay) -> bool:
    """Return True if one cause on one node stops both."""
    one, other = request.stopped, reply.stopped
    if one is None or other is None:
        return False
    return (one.code, one.node, one.interface) == (other.code, other.node, other.interface)


def _carried(way: ExpectedWay) -> str:
    tunnels = [step.encapsulation for step in way.steps if step.encapsulation is not None]
    if tunnels:
        return f", over {stack_sentence((tunnels[0],))}"
    nodes = dict.fromkeys(step.node for step in way.steps)
    if len(nodes) > 1:
        return ", plain, without a tunnel"
    return f", within {next(iter(nodes))}" if nodes else ""
