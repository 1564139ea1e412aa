"""A certificate authority made for one test, a server's certificate by it, a kubeconfig with it."""

from __future__ import annotations

import json
import ssl
import subprocess
from base64 import b64encode
from pathlib import Path

TOKEN = "a-token-of-the-tests"
CONTEXT = "tests"
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def make_certificates(folder: Path) -> ssl.SSLContext:
    """Make ``ca.pem`` in a folder; return what a server at 127.0.0.1 is set up with."""
    _openssl(
        "req", "-x509", *_KEY, "-keyout", folder / "ca.key", "-out", folder / "ca.pem",
        "-days", "2", "-subj", "/CN=tests of netdiag",
        "-addext", "keyUsage=critical,keyCertSign",
    )  # fmt: skip
    _openssl(
        "req", "-x509", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", *_KEY,
        "-keyout", folder / "server.key", "-out", folder / "server.pem",
        "-days", "2", "-subj", "/CN=kube-apiserver",
        "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
        "-addext", "basicConstraints=critical,CA:FALSE",
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return context


def write_kubeconfig(folder: Path, port: int, *, namespace: str = "default") -> Path:
    """Write a kubeconfig for the server at this port; return its path."""
    authority = b64encode((folder / "ca.pem").read_bytes()).decode()
    cluster = {
        "server": f"https://127.0.0.1:{port}",
        "certificate-authority-data": authority,
    }
    chosen = {"cluster": CONTEXT, "user": CONTEXT, "namespace": namespace}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": CONTEXT, "cluster": cluster}],
        "users": [{"name": CONTEXT, "user": {"token": TOKEN}}],
        "contexts": [{"name": CONTEXT, "context": chosen}],
        "current-context": CONTEXT,
    }
    path = folder / "kubeconfig"
    path.write_text(json.dumps(config))
    path.chmod(0o600)
    return path


def _openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)
