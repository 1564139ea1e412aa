"""Commands are found behind what they are wrapped in, with the namespace that they run in."""

from __future__ import annotations

import pytest

from netdiag.facts.commands import read_command


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ip -d link", "ip -d link"),
        ("sudo -u root /sbin/ip a", "ip a"),
        ("LANG=C sudo timeout 5 ip r", "ip r"),
        ("chroot /host ip a", "ip a"),
        ("nsenter -t 1 -m -u -n -i ip a", "ip a"),
        ("nsenter --target 1 --net -- ip a", "ip a"),
        ("nsenter -n/proc/1/ns/net ip a", "ip a"),
        ("nsenter -t 4242 -m ip a", "ip a"),
        ("ip vrf exec mgmt ip r", "ip r"),
        ("kubectl debug node/n1 -it --image=b -- chroot /host ip a", "ip a"),
        ("kubectl exec p -- cat /run/flannel/subnet.env", "cat /run/flannel/subnet.env"),
        ("k3s kubectl get pods", "kubectl get pods"),
        ("sudo", ""),
        ("", ""),
    ],
)
def test_here(typed: str, words: str) -> None:
    found = read_command(typed)
    assert (" ".join(found.words), found.elsewhere) == (words, None)


@pytest.mark.parametrize(
    ("typed", "words", "target"),
    [
        ("ip netns exec cni-1 ip -d link", "ip -d link", "cni-1"),
        ("sudo ip -s netns exec cni-1 sudo ip a", "ip a", "cni-1"),
        ("ip -all netns exec ip a", "ip a", "all"),
        ("ip -n NS link", "ip link", "NS"),
        ("ip -s -netns NS link", "ip -s link", "NS"),
        ("bridge -n NS fdb", "bridge fdb", "NS"),
        ("nsenter -t 4242 -n ip route", "ip route", "4242"),
        ("nsenter -n -t4242 -- ip route", "ip route", "4242"),
        ("nsenter --target=4242 --net ip a", "ip a", "4242"),
        ("nsenter --net=/var/run/netns/x ip a", "ip a", "/var/run/netns/x"),
        ("docker exec -it -u root c ip a", "ip a", "c"),
        ("crictl exec abc ip r", "ip r", "abc"),
        ("kubectl -n kube-system exec pod -c main -- ip a", "ip a", "pod"),
        ("podman exec c ip a", "ip a", "c"),
    ],
)
def test_elsewhere(typed: str, words: str, target: str) -> None:
    found = read_command(typed)
    assert " ".join(found.words) == words
    assert found.elsewhere == (target, typed, False)


@pytest.mark.parametrize(
    "typed", ["ip netns exec a bash", "nsenter -t 7 -n", "kubectl exec -it p -- sh -l"]
)
def test_shells(typed: str) -> None:
    elsewhere = read_command(typed).elsewhere
    assert elsewhere is not None and elsewhere.opens_shell
