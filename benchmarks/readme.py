"""Keep the table in README.md: when, on which machine, with which versions."""

import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

README = Path(__file__).with_name("README.md")
_BEGIN = "<!-- table -->"
_END = "<!-- /table -->"


def write_readme(table: str) -> None:
    """Replace what stands between the markers by ``table`` and a line about this machine.

    Raises ValueError when a marker is missing.
    """
    text = README.read_text(encoding="utf-8")
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        raise ValueError(f"{README} lacks the markers {_BEGIN} and {_END}")
    content = f"{begin}\n{_describe_machine()}\n\n{table}\n{end}"
    README.write_text(before + content + after, encoding="utf-8")


def _describe_machine() -> str:
    today = datetime.now(UTC).date().isoformat()
    python = f"Python {platform.python_version()}"
    programs = ", ".join(map(_read_version, ("tcpdump", "tshark")))
    return f"{today}, {_read_cpu_model()}, {python}, {programs}:"


def _read_cpu_model() -> str:
    """Return the processor's name as Linux gives it, else its architecture."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _read_version(program: str) -> str:
    """Return the program and its version, from a line such as ``TShark (Wireshark) 4.0.17 …``."""
    try:
        run = subprocess.run((program, "--version"), capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return f"no {program}"
    numbers = [word for word in run.stdout.split() if word[:1].isdigit()]
    return f"{program} {numbers[0].rstrip('.')}" if numbers else program
