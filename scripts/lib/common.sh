# Shared by the scripts beside it; sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Results go to stdout, everything else to stderr.
say() { printf '%s\n' "$*" >&2; }

# Ends the script. Usage: die EXIT_CODE MESSAGE...; the codes are those of tbench itself.
die() {
    local code=$1
    shift
    say "Error: $*"
    exit "$code"
}

# Runs a command with its output in a file, shown only when the command fails.
# Usage: quietly LOG COMMAND...
quietly() {
    local log=$1 status=0
    shift
    "$@" >"$log" 2>&1 </dev/null || status=$?
    [ "$status" -eq 0 ] || cat "$log" >&2
    return "$status"
}
