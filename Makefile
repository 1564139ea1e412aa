# make demo   installs netdiag into .venv and follows a ping through a cluster, and where another dies
# make test   installs what the checks need and runs all of them
# make soak   builds each healthy lab 20 times: netdiag must find nothing in any
# make screenshots  takes the README's pictures of the screens anew, on a lab of its own
# make bench  measures netdiag against cat, tcpdump and tshark, in one run
# make krew URL=https://…  the archive and the manifest of a release of kubectl's plugin, into dist/krew

PYTHON ?= $(firstword $(foreach v,python3.11 python3.12 python3.13 python3.14 python3,$(shell command -v $(v))))
VENV := .venv
BIN := $(VENV)/bin
COMPILED := $(shell find netdiag -name '*.pxd')
BUILD_INPUTS := pyproject.toml setup.py $(COMPILED) $(COMPILED:.pxd=.py)

# What labs are made with and recorded by; those of the last line only in some modes.
LAB_TOOLS := ip:iproute2? iptables:iptables? nft:nftables? tcpdump:tcpdump? ping:iputils-ping? sysctl:procps?
MODE_TOOLS := bird:bird2? wireguard-go:wireguard-go? wg:wireguard-tools?

.PHONY: demo test soak screenshots bench krew clean

demo: $(VENV)/.installed
	@scripts/install-tools $(LAB_TOOLS)
	@scripts/demo $(BIN)

test: $(VENV)/.installed-dev
	@scripts/check $(BIN)

soak: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.lab.soak

screenshots: $(VENV)/.installed-dev
	@$(BIN)/python -m scripts.screenshots

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks.run --write-readme

krew: $(VENV)/.installed
	@test -n '$(URL)' || { echo 'make krew URL=...: where the archive will be'; exit 2; }
	rm -rf build/krew
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --target build/krew .
	@$(BIN)/python -m scripts.krew_release build/krew '$(URL)' dist/krew

$(VENV)/bin/python:
	@scripts/install-tools gcc:gcc? /usr/include/stdio.h:libc6-dev?
	@scripts/install-venv '$(PYTHON)' $(VENV)

# Rebuilt whenever a compiled module changes: a compiled form always wins over its source.
$(VENV)/.installed: $(VENV)/bin/python $(BUILD_INPUTS)
	@if [ ! -e $(VENV)/.installed-dev ]; then scripts/install-netdiag $(BIN) .; \
	else scripts/install-netdiag $(BIN) '.[dev]'; touch $(VENV)/.installed-dev; fi
	@touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python $(BUILD_INPUTS)
	@scripts/install-tools gcc:gcc? /usr/include/stdio.h:libc6-dev? tcpdump:tcpdump? tshark:tshark? zstd:zstd? \
		conntrack:conntrack? ethtool:ethtool? ipset:ipset? dumpcap:wireshark-common? openssl:openssl? \
		ssh:openssh-client? /usr/sbin/sshd:openssh-server? sudo:sudo? \
		$(LAB_TOOLS) $(MODE_TOOLS)
	@scripts/install-netdiag $(BIN) '.[dev]'
	@touch $(VENV)/.installed $@

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find netdiag \( -name '*.so' -o -name '*.c' -o -name compiled.json \) -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
