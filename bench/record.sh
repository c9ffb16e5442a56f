#!/usr/bin/env bash
# Every bench as JSON, into bench/results/NAME: one file for each verb.
# bench/record.sh NAME [OPTION...]   e.g. bench/record.sh nvidia-h200-16-threads --backend cuda --seconds 0.3
# LOCKSTEP is the command to run, VERBS the benches (by default every one).
# A bench that fails leaves no file. Exit codes: 0 all done, 1 some failed, 2 usage.
set -euo pipefail
if [ $# -lt 1 ] || [[ "$1" == -* ]]; then
    sed -n '2,5s/^# //p' "$0"
    exit 2
fi
cd "$(dirname "$0")/.."
folder=bench/results/$1
shift
lockstep=${LOCKSTEP:-build/release/lockstep}
all="price iv american heston surface mc var risk-arrays margin watch root matching signatures execution blocks store"
verbs=${VERBS:-$all}
mkdir -p "$folder"
failed=0
for verb in $verbs; do
    echo "== $verb"
    if "$lockstep" bench "$verb" "$@" --json >"$folder/$verb.json.part"; then
        mv "$folder/$verb.json.part" "$folder/$verb.json"
    else
        rm "$folder/$verb.json.part"
        echo "   failed"
        failed=1
    fi
done
exit $failed
