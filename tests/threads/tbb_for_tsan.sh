#!/usr/bin/env bash
# oneTBB built with the thread sanitizer, in build/tbb, for the preset `tsan`: a library that is not
# built so hides from the sanitizer how it hands work from one thread to another, and every task that
# runs on it looks like a race. Takes the source of the distribution's own version by apt (no root
# and no change to the system needed), or of the folder that TBB_SOURCE names. Half a minute, once.
set -euo pipefail
cd "$(dirname "$0")/../.."
prefix=$PWD/build/tbb
[ ! -e "$prefix/lib/libtbb.so" ] || exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source=${TBB_SOURCE:-}
if [ -z "$source" ]; then
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/parts"
    if [ -e /etc/apt/sources.list.d/debian.sources ]; then
        sed 's/^Types:.*/Types: deb-src/' /etc/apt/sources.list.d/debian.sources >"$work/parts/debian.sources"
    fi
    if [ -e /etc/apt/sources.list ]; then
        sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >"$work/parts/main.list"
    fi
    apt=(apt-get -qq -o "Dir::Etc::SourceList=/dev/null" -o "Dir::Etc::SourceParts=$work/parts"
         -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o Acquire::Retries=3
         -o APT::Sandbox::User=)
    "${apt[@]}" update >/dev/null
    (cd "$work" && "${apt[@]}" source --download-only onetbb >/dev/null)
    mkdir "$work/source"
    tar xf "$work"/onetbb_*.orig.tar.* -C "$work/source" --strip-components=1
    source=$work/source
fi
cmake -S "$source" -B "$work/build" -G Ninja -DCMAKE_CXX_COMPILER=clang++ \
    -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_FLAGS="-fsanitize=thread -w" \
    -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O1 -g1" -DTBB_TEST=OFF -DTBB_STRICT=OFF -DTBBMALLOC_BUILD=OFF \
    -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_INSTALL_PREFIX="$prefix" >"$work/log"
{ cmake --build "$work/build" && cmake --install "$work/build"; } >>"$work/log" || { tail -30 "$work/log"; exit 1; }
