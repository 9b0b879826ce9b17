#!/usr/bin/env bash
# Installs Ray into .venv and runs what is for a cluster on a real one of this machine, from a folder and from an object
# store on the loopback, which takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/pip install -e ".[ray,s3]" "moto[server] >= 5"
.venv/bin/pytest tests/cluster
