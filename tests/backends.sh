#!/usr/bin/env bash
# Runs the scripts on Keras' other backends, jax and torch, installed beside TensorFlow into .venv, and compares what they give.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/pip install jax "${TORCH:-torch}"
.venv/bin/pytest tests/robustness/test_backends.py tests/network/test_heads.py
