"""What is read loses its secrets, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from netdiag_probe.node.command_lines import read_command_lines
from netdiag_probe.node.files import read_files
from netdiag_probe.node.secrets import hide_in_text, hide_in_words, is_credentials

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (f"--token={SECRET}", "--token=(hidden)"),
        (f"--token {SECRET} --pod-cidr 10.0.0.0/8", "--token (hidden) --pod-cidr 10.0.0.0/8"),
        (f"-bootstrap-token {SECRET}", "-bootstrap-token (hidden)"),
        (f"--peer-router-passwords={SECRET},{SECRET}", "--peer-router-passwords=(hidden)"),
        (f"--etcd-endpoints=https://root:{SECRET}@10.0.0.1:2379",
         "--etcd-endpoints=https://(hidden)@10.0.0.1:2379"),
        (f"--log-opt splunk-token={SECRET}", "--log-opt splunk-token=(hidden)"),
        ("--kubeconfig=/etc/kubernetes/kubelet.conf -v 2",
         "--kubeconfig=/etc/kubernetes/kubelet.conf -v 2"),
        ("--iface=ens33 --ip-masq --kube-subnet-mgr", "--iface=ens33 --ip-masq --kube-subnet-mgr"),
    ],
)  # fmt: skip
def test_command_lines(given: str, told: str) -> None:
    assert " ".join(hide_in_words(given.split())) == told


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"plugins": [{"type": "calico", "policy": {"k8s_auth_token": SECRET}}]}),
        json.dumps({"Backend": {"Type": "wireguard", "PSK": SECRET}}),
        json.dumps({"tokens": ["harmless", [SECRET]], "log-opts": {"splunk-token": SECRET}}),
        json.dumps({"proxies": {"http-proxy": f"http://me:{SECRET}@proxy:80"}}),
        f'{{"k8s_auth_token": "{SECRET}", "breaks": off',
        f'protocol bgp {{ password "{SECRET}"; }}',
        f"KUBELET_KUBEADM_ARGS=\"--token={SECRET} --node-ip=10.0.0.1\"\n",
        f"args:\n  - --peer-router-passwords=a,{SECRET}\n",
        f"env:\n  - name: ETCD_PASSWORD\n    value: {SECRET}\n",
        f"password: |\n  {SECRET}\n  {SECRET}\nnext: 1\n",
        f"tokens:\n  - {SECRET}\n  - {SECRET}\nnext: 1\n",
    ],
)  # fmt: skip
def test_files(text: str) -> None:
    assert SECRET in text
    told = hide_in_text(text)
    assert SECRET not in told
    assert "(hidden)" in told


@pytest.mark.parametrize(
    "text",
    [
        '{"cniVersion":"0.3.1",  "name":"cbr0"}',
        "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_MTU=1450\n",
        "apiVersion: projectcalico.org/v3\nkind: IPPool\nspec:\n  vxlanMode: Always\n",
    ],
)
def test_files_without_secrets_stay_as_they_are(text: str) -> None:
    assert hide_in_text(text) == text


def test_credentials_are_known() -> None:
    assert is_credentials("users:\n- user:\n    client-key-data: abc\n")
    assert is_credentials("-----BEGIN RSA PRIVATE KEY-----")
    assert is_credentials("apiVersion: v1\nkind: Secret\n")
    assert not is_credentials("kind: IPPool\n")


def test_only_files_that_are_meant_are_read(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "net.d", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "10-flannel.conflist").write_text("{}")
    (folder / "calico-kubeconfig").write_text(f"token: {SECRET}")
    (elsewhere / "shadow.conf").write_text(SECRET)
    (folder / "90-shadow.conf").symlink_to(elsewhere / "shadow.conf")
    (folder / "91-kubeconfig.conf").symlink_to(folder / "calico-kubeconfig")
    (folder / "92-folder.conf").mkdir()
    (folder / "93-large.conf").write_bytes(b"x" * (1024 * 1024 + 1))
    (folder / "94-kubeconfig.conf").write_text(f"client-key-data: {SECRET}")
    (folder / "..data").mkdir()
    (folder / "..data" / "95-mounted.conf").write_text("{}")
    (folder / "95-mounted.conf").symlink_to(folder / "..data" / "95-mounted.conf")
    documents, problems = read_files((f"{folder}/*.conf", f"{folder}/*.conflist"))
    assert documents == {
        f"files{folder}/10-flannel.conflist": "{}",
        f"files{folder}/95-mounted.conf": "{}",
    }
    assert [problem.rpartition(": ")[2] for problem in problems] == [
        "leads elsewhere, left out",
        "leads elsewhere, left out",
        "is no regular file, left out",
        "is larger than 1048576 bytes, left out",
        "holds credentials, left out",
    ]


def test_only_processes_of_the_network_are_told_of(tmp_path: Path) -> None:
    lines = {
        7: b"/usr/bin/kubelet\0--token\0hunter2\0--pod-cidr=10.0.0.0/24\0",
        8: b"mysqld\0--password=hunter2\0",
        9: b"/hyperkube\0kube-proxy\0--cluster-cidr=10.0.0.0/8\0",
        10: b"",
    }
    for process, line in lines.items():
        folder = tmp_path / str(process)
        folder.mkdir()
        (folder / "cmdline").write_bytes(line)
        (folder / "environ").write_bytes(b"SECRET=hunter2\0")
    assert read_command_lines(str(tmp_path)) == (
        "/usr/bin/kubelet --token (hidden) --pod-cidr=10.0.0.0/24\n"
        "/hyperkube kube-proxy --cluster-cidr=10.0.0.0/8\n"
    )
