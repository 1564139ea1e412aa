"""``netdiag trace --redact``: what is printed is not redacted, what is kept is."""

from __future__ import annotations

import json
import os
import re
import tarfile
from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.analyze.running import analyze
from tests.cli.processes import netdiag
from tests.probe.namespaces import namespaces


def test_redact_needs_a_place() -> None:
    done = netdiag("trace", "pod-a", "pod-c", "--redact")
    assert done.returncode == 2
    assert "--save" in done.stderr


@pytest.mark.needs_lab
def test_what_is_kept_is_redacted_and_tells_the_same(tmp_path: Path) -> None:
    lab, bundle = f"redact-{os.getpid()}", tmp_path / "case"
    assert netdiag("lab", "up", "flannel-vxlan", "--name", lab).returncode == 0
    try:
        done = netdiag(
            "trace", "pod-a", "pod-c", "--lab", lab, "--save", bundle, "--redact", "--json"
        )
    finally:
        assert netdiag("lab", "down", "--name", lab).returncode == 0
    assert "the mapping is not kept" in done.stderr
    printed, (exit_code, kept) = json.loads(done.stdout), analyze(bundle)
    assert exit_code == done.returncode == 0
    assert kept["totals"] == printed["totals"]
    assert kept["mode"]["backend"] == printed["mode"]["backend"] == "flannel/vxlan"
    assert kept["mode"]["agree"] == printed["mode"]["agree"] is True
    hops = [[each["interface"] for each in one["pings"][0]["request"]] for one in (printed, kept)]
    assert hops[0] == hops[1]
    assert "10.244.1.2" in done.stdout
    files = [path for path in bundle.rglob("*") if path.is_file()]
    told = b"\n".join(str(path.relative_to(bundle)).encode() + path.read_bytes() for path in files)
    assert re.findall(rb"10\.244\.[12]\.\d|10\.1\.10\.\d|\bnode-[12]\b|pod-[abc]\b", told) == []


TELLING = (rb"10\.244\.[12]\.\d", rb"10\.1\.10\.\d", rb"\bnode-[12]\b", rb"pod-[abc]",
           rb"shop", rb"wages", rb"\bbob\b", rb"of-bob")  # fmt: skip


def all_of(archive: Path) -> bytes:
    with tarfile.open(archive) as opened:
        members = [member for member in opened if member.isfile()]
        files = [(member.name.encode(), opened.extractfile(member)) for member in members]
        return b"\n".join(name + b"\n" + (file.read() if file else b"") for name, file in files)


@pytest.mark.needs_lab
def test_a_fault_in_an_archive_is_found_again_and_comments_tell_nothing(tmp_path: Path) -> None:
    lab, bundle = f"redact-{os.getpid()}", tmp_path / "case.tar.gz"
    comment = "shop/wages:http, asked for by bob"
    rule = ("FORWARD", "-d", "10.244.2.2", "-m", "comment", "--comment", comment, "-j", "DROP")
    inside = ("lab", "exec", "--name", lab, "node-2", "--")
    assert netdiag("lab", "up", "flannel-vxlan", "--name", lab).returncode == 0
    try:
        for words in (
            ("iptables", "-I", *rule),
            ("ip", "link", "add", "of-pod-c", "type", "bridge"),
            ("ip", "link", "set", "of-pod-c", "alias", "the one of-bob", "up"),
        ):
            assert netdiag(*inside, *words).returncode == 0
        done = netdiag(
            "trace", "pod-a", "pod-c", "--lab", lab, "--save", bundle, "--redact", "--json",
            "--timeout", "0.3",
        )  # fmt: skip
    finally:
        assert netdiag("lab", "down", "--name", lab).returncode == 0
    printed, (exit_code, kept) = json.loads(done.stdout), analyze(bundle)
    assert exit_code == done.returncode == 1
    assert [each["code"] for each in printed["findings"]] == ["forward-blocked"]
    assert "shop/wages" in done.stdout
    codes = [[each["code"] for each in report["findings"]] for report in (printed, kept)]
    assert codes[0] == codes[1]
    statuses = [[each["status"] for each in report["pings"]] for report in (printed, kept)]
    assert statuses[0] == statuses[1]
    told = all_of(bundle)
    assert [re.findall(each, told) for each in TELLING] == [[]] * len(TELLING)
    assert b"DROP" in told


@pytest.mark.needs_lab
def test_ipv6_is_mapped_too(tmp_path: Path) -> None:
    file, bundle = tmp_path / "nodes.toml", tmp_path / "case"
    with namespaces() as made:
        here, there = made.add("here"), made.add("there")
        made.add_veth((here, "eth0"), (there, "eth0"))
        for name, last in ((here, 1), (there, 2)):
            made.inside(name, "sysctl", "-qw", "net.ipv6.conf.eth0.disable_ipv6=0")
            made.ip(name, "addr", "add", f"2001:db8:7::{last}/64", "dev", "eth0", "nodad")
        file.write_text(
            "".join(
                f'[nodes.{node}]\nrun = "ip netns exec {name}"\naddresses = "2001:db8:7::{last}"\n'
                for node, name, last in (("alpha", here, 1), ("beta", there, 2))
            )
        )
        words = ("alpha", "beta", "-6", "--inventory", file, "--save", bundle, "--redact", "--json")
        done = netdiag("trace", *words, "--interval", "0.01")
    printed, (exit_code, kept) = json.loads(done.stdout), analyze(bundle)
    assert exit_code == done.returncode == 0, done.stderr
    assert printed["totals"]["answered"] == kept["totals"]["answered"] == 3
    files = [path for path in bundle.rglob("*") if path.is_file()]
    told = b"\n".join(str(path.relative_to(bundle)).encode() + path.read_bytes() for path in files)
    packed = ip_address("2001:db8:7::1").packed[:8]
    assert re.findall(rb"2001:db8:7|\balpha\b|\bbeta\b|" + re.escape(packed), told) == []
