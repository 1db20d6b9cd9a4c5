# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Building, for scripts that source this: with ccache where it is, one build of a clone at a time.
: "${root:?the clone}" "${scratch:?a folder that the script removes}"

# build PRESET [TARGET]: configures and builds $root.
build() {
    local preset=$1 target=${2:-all} launcher=()
    export CCACHE_DIR=${CCACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-cert/ccache}
    export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
    if command -v ccache >/dev/null; then
        launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    fi
    mkdir -p "$root/build"
    (
        flock 9
        cd "$root" || exit 1
        if ! cmake --preset "$preset" "${launcher[@]}" >"$scratch/configure.log" 2>&1; then
            cat "$scratch/configure.log" >&2
            exit 1
        fi
        cmake --build --preset "$preset" --target "$target"
    ) 9>"$root/build/.lock"
}
