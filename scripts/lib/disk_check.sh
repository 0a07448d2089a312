# The short look at this machine's disk that CI ends with; sourced, never run. Needs common.sh.

# Twenty rounds of a quarter of a second: eight seconds in all. The same words make the baseline and are checked
# against it, because another load is another workload.
disk_load=(--load medium --rounds 20 --round-time 250ms --segment-size 8MB)

# Makes a directory on a disk; where /tmp is, may be memory. Its maker removes it.
disk_scratch() { mktemp -d "${TMPDIR:-/var/tmp}/tbench-disk-XXXXXX"; }

# Compares this machine's disk with what was accepted for it. Another machine, no baseline or too much noise is said
# and not failed; a slower disk is, once a second run confirms it. Usage: check_disk BINARY RESULTS KEEP
check_disk() (
    binary=$1 results=$2 keep=$3
    scratch=$(disk_scratch)
    trap 'rm -rf "$scratch"' EXIT
    # A shared disk's p50 was 22 % slower an hour later, with nothing changed. What is left is found: a second sync a
    # put, or a disk that has become another. The spread of the accepted runs may raise the threshold further.
    "$binary" check --baseline "$results" --output-dir "$keep" --no-verdict --ci none \
        --threshold p50=100% --threshold p99=200% \
        -- etcd "$scratch" "${disk_load[@]}" --no-progress
)
