#!/usr/bin/env bash
# Compiles ptx_kernels.cu and reads the PTX: every floating-point operation that rounds must be a
# round-to-nearest one (.rn, which the assembler may not contract either), nothing approximate,
# nothing flushed to zero, nothing in single precision, no call left, and the control kernel's
# product and sum not contracted. Exit 77, skipped, without nvcc.  NVCC=... names another compiler.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
nvcc=${NVCC:-$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)}
if [ ! -x "$nvcc" ]; then
    echo "no nvcc here: PTX not checked"
    exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The flags are those of cmake/LockstepFlags.cmake.
"$nvcc" -std=c++20 -arch=sm_90 --fmad=false --ftz=false --prec-div=true --prec-sqrt=true \
    -Werror all-warnings -I "$root" -ptx "$here/ptx_kernels.cu" -o "$work/kernels.ptx"
# Instructions only: no directives, labels or comments.
grep -E '^[[:space:]]+(@!?%p[0-9]+ )?[a-z]' "$work/kernels.ptx" >"$work/code" || true

failed=0
refuse() { # refuse WHY PATTERN [EXCEPT]
    local found
    found=$(grep -E "$2" "$work/code" | grep -vE "${3:-^$}" || true)
    if [ -n "$found" ]; then
        echo "$1:"
        echo "$found" | sort | uniq -c | head
        failed=1
    fi
}
refuse "approximate operations" '\.approx|\.full'
refuse "flushing to zero" '\.ftz'
refuse "single or half precision" '\.(f16|bf16|f32|tf32)'
refuse "calls" '\bcall\b'
refuse "rounding other than to nearest" '\.(rz|rm|rp)\.' 'cvt\..*\.(u64|s64)'
refuse "operations without .rn" '\b(add|sub|mul|div|fma|mad|sqrt|rcp|rsqrt)\.[a-z0-9.]*f64' '\.rn\.f64'

kernels=$(grep -c '\.entry' "$work/kernels.ptx")
fused=$(grep -c 'fma\.rn\.f64' "$work/code" || true)
control=$(sed -n '/\.entry.*control_product_and_sum/,/^}/p' "$work/kernels.ptx")
if grep -q 'fma' <<<"$control" || ! grep -q 'mul\.rn\.f64' <<<"$control"; then
    echo "the control kernel's product and sum were contracted"
    failed=1
fi
if [ "$kernels" -lt 14 ] || [ "$fused" -lt 100 ]; then
    echo "the PTX is not what it should be: $kernels kernels, $fused fused operations"
    failed=1
fi
if [ "$failed" = 1 ]; then exit 1; fi
echo "$kernels kernels; floating-point operations that round, all to nearest:"
grep -oE '\b(add|sub|mul|div|fma|sqrt)\.rn\.f64' "$work/code" | sort | uniq -c
