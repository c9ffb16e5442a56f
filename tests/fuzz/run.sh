#!/usr/bin/env bash
# Runs one fuzz target: tests/fuzz/run.sh BINARY SECONDS [CORPUS]. It begins with the seeds that
# are committed; what it finds beyond stays in CORPUS, or goes. An input that breaks the target is
# left in the folder where this was called from, and the exit code is then not zero.
set -euo pipefail
binary=$1
seconds=$2
name=$(basename "$binary" _fuzz)
seeds=$(dirname "$0")/seeds/$name
corpus=${3:-}
if [ -z "$corpus" ]; then
    corpus=$(mktemp -d)
    trap 'rm -rf "$corpus"' EXIT
fi
mkdir -p "$corpus"
"$binary" -max_total_time="$seconds" -rss_limit_mb=2048 -max_len=65536 -timeout=20 \
    -print_final_stats=1 -artifact_prefix="./$name-" "$corpus" "$seeds"
