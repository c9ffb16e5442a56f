#!/usr/bin/env bash
# Compiles probe.cpp with every compiler, optimisation level and instruction set at hand, runs the
# programs and compares what they print. Equal digests: exit 0. A variant that differs is named with
# the functions that differ: exit 1. Fewer than two variants on this machine: exit 77, skipped.
#   run.sh [THOUSANDS OF INPUTS FOR EACH FUNCTION]
# Under a thousand thousands, the lower level is left to the plainest instruction set.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
thousands=${1:-1000}
flags=(-std=c++20 -DLOCKSTEP_VECTOR_BUILD -ffp-contract=off -fno-math-errno -fno-trapping-math -I "$root")

has() { # has FLAG...: does the processor report all of these?
    local flag
    for flag in "$@"; do
        grep -qw -m1 "$flag" /proc/cpuinfo || return 1
    done
}

machines=()
if [ "$(uname -m)" = x86_64 ]; then
    machines+=(x86-64)
    if has avx2 fma bmi2; then machines+=(x86-64-v3); fi
    if has avx512f avx512dq avx512vl avx512bw avx512cd; then machines+=(x86-64-v4); fi
else
    machines+=(native)
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
first=
first_name=
built=0
failed=0
for compiler in g++ clang++; do
    command -v "$compiler" >/dev/null || continue
    for level in -O1 -O3; do
        for machine in "${machines[@]}"; do
            if [ "$level" = -O1 ] && [ "$thousands" -lt 1000 ] && [ "$machine" != "${machines[0]}" ]; then
                continue
            fi
            name="$compiler $level $machine"
            wide=()
            if [ "$machine" = x86-64-v4 ]; then wide=(-mprefer-vector-width=512); fi
            if ! "$compiler" "$level" "-march=$machine" "${wide[@]}" "${flags[@]}" "$here/probe.cpp" \
                -o "$work/probe" || ! "$work/probe" "$thousands" >"$work/out"; then
                echo "FAILED to build or run: $name"
                failed=1
                continue
            fi
            built=$((built + 1))
            if [ -z "$first" ]; then
                first="$work/first"
                first_name=$name
                mv "$work/out" "$first"
                echo "reference: $name"
                cat "$first"
            elif cmp -s "$first" "$work/out"; then
                echo "same:      $name"
            else
                echo "DIFFERS:   $name from $first_name in:" \
                    "$(diff "$first" "$work/out" | sed -n 's/^> \([a-z_0-9]*\) .*/\1/p' | tr '\n' ' ')"
                failed=1
            fi
        done
    done
done

if [ "$failed" = 1 ]; then exit 1; fi
if [ "$built" -lt 2 ]; then
    echo "only $built variant could be built here: nothing to compare"
    exit 77
fi
echo "$built variants, one result"
