#!/usr/bin/env bash
# Kills the real process with SIGKILL while it writes its store, again and again, and lets it go on.
# At the end the store must be whole and have the root of a run that nobody touched; in between it
# may never have fewer blocks than before.
#   kill_nine.sh LOCKSTEP [KILLS]
set -euo pipefail
lockstep=$1
kills=${2:-50}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$lockstep" generate --transactions 60000 --mix day --accounts 200 --block 100 --seed 9 \
    --out "$folder/day.log" >/dev/null
"$lockstep" run --log "$folder/day.log" --out "$folder/whole" >/dev/null
root=$(tail -n 1 "$folder/whole/roots.csv" | cut -d, -f4)
blocks=$(tail -n 1 "$folder/whole/roots.csv" | cut -d, -f1)

killed=0
before=0
for ((attempt = 1; killed < kills && attempt <= 20 * kills; ++attempt)); do
    "$lockstep" run --log "$folder/day.log" --out "$folder/out" --store "$folder/store" \
        --blocks-per-sync $((attempt % 3 + 1)) >/dev/null 2>&1 &
    process=$!
    sleep "0.$(printf '%03d' $((20 + attempt * 37 % 300)))"
    if kill -9 "$process" 2>/dev/null; then killed=$((killed + 1)); fi
    wait "$process" 2>/dev/null || true
    if [ -e "$folder/store/CURRENT" ]; then
        # A store that was killed while it was made cannot be read yet: it has no blocks.
        now=$("$lockstep" store stats --store "$folder/store" 2>/dev/null | sed -n '1s/ blocks.*//p' || true)
        now=${now:-0}
        if [ "$now" -lt "$before" ]; then
            echo "after kill $killed the store has $now blocks, before it had $before" >&2
            exit 1
        fi
        before=$now
    fi
    if [ "$before" = "$blocks" ]; then  # done: from the beginning, with what time is left
        "$lockstep" verify --store "$folder/store" --root "$root" >/dev/null
        rm -rf "$folder/store"
        before=0
    fi
done
"$lockstep" run --log "$folder/day.log" --out "$folder/out" --store "$folder/store" >/dev/null
"$lockstep" verify --store "$folder/store" --root "$root"
[ "$killed" -ge "$kills" ] || { echo "only $killed of $kills processes could be killed" >&2; exit 1; }
echo "$killed processes killed, nothing lost"
