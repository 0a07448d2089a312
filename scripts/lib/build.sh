# Builds tbench when its sources changed; sourced, never run. Needs common.sh.

# Builds one flavour and sets `binary` to the result.
#
# The newest source is compared with a stamp that is taken before the build starts: an edit during a build is
# built next time, and "nothing changed" costs one `find` (10 ms) instead of one `swift build` (1 to 2 s).
# A directory's own time changes when a file in it is removed, so directories count as sources too.
# Usage: build_release dynamic|static
build_release() {
    local flavour=$1 scratch flags=()
    case "$flavour" in
    dynamic) scratch="$root/.build" ;;
    static)
        scratch="$root/.build/static"
        flags=(-Xswiftc -static-executable)
        ;;
    esac
    binary="$scratch/release/tbench"
    local stamp="$scratch/tbench-built-$flavour"
    if [ -x "$binary" ] && [ -e "$stamp" ] &&
        [ -z "$(find "$root/Sources" "$root/Package.swift" "$root/scripts/lib/build.sh" -newer "$stamp" -print -quit)" ]; then
        return 0
    fi
    mkdir -p "$scratch"
    touch "$stamp.new"
    say "building tbench ($flavour release); a first build takes a few minutes"
    # One log per process: two terminals may build at once, the second then waits for the first.
    local log="$scratch/tbench-build-$$.log" status=0
    quietly "$log" swift build --package-path "$root" --scratch-path "$scratch" \
        -c release --product tbench ${flags[@]+"${flags[@]}"} || status=$?
    rm -f "$log"
    [ "$status" -eq 0 ] || die 1 "the build failed; see above"
    mv -f "$stamp.new" "$stamp"
}
