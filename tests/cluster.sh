#!/usr/bin/env bash
# Installs Ray into .venv and runs the extraction on a real cluster of this machine, which takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/pip install -e ".[ray]"
.venv/bin/pytest tests/network/test_distributed.py
