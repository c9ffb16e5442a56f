#!/usr/bin/env bash
# On a machine with a CUDA device: builds the device tests and runs them under compute-sanitizer,
# for out-of-bounds and leaked memory, races in shared memory, uninitialised reads and bad barriers.
# tests/gpu/compute_sanitizer.sh [TOOL...], by default memcheck racecheck initcheck synccheck.
# BUILD names a folder that is built already (elsewhere, say): nothing is compiled then.
# Exit codes: 0 clean, 1 a tool complained, 77 there is no device or no compute-sanitizer.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=("$@")
[ ${#tools[@]} -gt 0 ] || tools=(memcheck racecheck initcheck synccheck)

sanitizer=$(command -v compute-sanitizer || echo /usr/local/cuda/bin/compute-sanitizer)
if ! [ -x "$sanitizer" ] || ! nvidia-smi -L >/dev/null 2>&1; then
    echo "no CUDA device or no compute-sanitizer: nothing was run"
    exit 77
fi
build=${BUILD:-build/cuda}
if [ -z "${BUILD:-}" ]; then
    cmake --preset cuda
    cmake --build --preset cuda --target kernels_tests contract_tests
fi
failed=0
for tool in "${tools[@]}"; do
    options=(--tool "$tool" --error-exitcode 1)
    [ "$tool" = memcheck ] && options+=(--leak-check full)
    for room in kernels contract; do
        tests=$build/tests/${room}_tests
        if "$tests" --gtest_list_tests --gtest_filter='*Gpu*' | grep -q '^  '; then
            echo "== $tool: ${room}_tests"
            "$sanitizer" "${options[@]}" "$tests" --gtest_filter='*Gpu*' || failed=1
        fi
    done
done
exit $failed
