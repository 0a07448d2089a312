# Running `swift test` so that it ends and says what happened; sourced, never run. Needs common.sh and $logs.

# The toolchain's symbolizer, for the thread sanitizer to start. Its errors go nowhere, because it must not hold the
# output of `swift test` open: that would wait for it after the last test.
symbolizer() {
    local directory="$logs/symbolizer"
    mkdir -p "$directory"
    printf '#!/bin/sh\nexec "%s/llvm-symbolizer" "$@" 2>/dev/null\n' "$(dirname "$(realpath "$(command -v swift)")")" \
        >"$directory/llvm-symbolizer"
    chmod +x "$directory/llvm-symbolizer"
    printf '%s' "$directory/llvm-symbolizer"
}

# Whether the last test of an event stream has ended.
ended() { [ -e "$1" ] && tail -c 4000 "$1" | grep -q '"kind":"runEnded"'; }

# Ends a test run that takes too long, or that does not exit within a minute of its last test, and keeps what ran then.
# The event stream names the test that hung. Usage: watch_tests EVENTS SECONDS PARENT
watch_tests() {
    local events=$1 until=$((SECONDS + $2)) reason= seconds=5
    trap 'exit 0' TERM
    while [ -z "$reason" ]; do
        # Waited for in the background, so that a signal is heard at once.
        sleep "$seconds" &
        wait $!
        kill -0 "$3" 2>/dev/null || exit 0
        if [ "$seconds" -eq 60 ]; then
            reason="swift test did not exit within a minute of its last test"
        elif [ "$SECONDS" -ge "$until" ]; then
            reason="swift test was ended after $2 s"
        elif ended "$events"; then
            seconds=60
        fi
    done
    {
        printf '%s; what ran then:\n' "$reason"
        ps -eo pid,ppid,stat,etimes,wchan:20,args --forest | grep -v '\]$'
    } >"$events.processes"
    pkill -TERM -f "$events"
    sleep 20 &
    wait $!
    pkill -KILL -f "$events"
}

# Repeats the few tests that have just failed beside others, alone, and says whether they pass then. They have failed all
# the same: it tells a test that something held up from one that is broken. Usage: repeat_alone NAME ARGUMENT...
repeat_alone() {
    local name=$1 filter passed_before=$run_passed failed_before=$run_failed skipped_before=$run_skipped
    shift
    [ "$run_failed" -gt 0 ] || return 0
    if ls "$logs/$name.log".report* >/dev/null 2>&1; then return 0; fi
    filter=$(python3 scripts/lib/count_tests.py --failed "$logs/$name.jsonl")
    [ -n "$filter" ] || return 0
    run_swift_tests "$name-alone" 300 "$@" --filter "$filter"
    printf '        repeated alone: %d of %d passed\n' "$run_passed" "$failed_before"
    run_passed=$passed_before run_failed=$failed_before run_skipped=$skipped_before
}

# Runs `swift test` once and leaves its counts in run_passed, run_failed and run_skipped.
# Usage: run_swift_tests NAME SECONDS ARGUMENT...
run_swift_tests() {
    local name=$1 limit=$2 status=0
    shift 2
    local events="$logs/$name.jsonl" log="$logs/$name.log"
    rm -f "$events" "$events.processes" "$log".report*
    watch_tests "$events" "$limit" "$BASHPID" </dev/null >/dev/null 2>&1 &
    local watch=$!
    # XCTest is off: nothing here uses it, and its own runner leaks, which the address sanitizer reports.
    # An allocation that is too large must fail as it does without a sanitizer, not end the process.
    LSAN_OPTIONS="suppressions=$root/scripts/lib/leaks-not-ours.txt:print_suppressions=0" \
        ASAN_OPTIONS=allocator_may_return_null=1 \
        TSAN_OPTIONS="allocator_may_return_null=1:suppressions=$root/scripts/lib/races-not-ours.txt:log_path=$log.report:external_symbolizer_path=$(symbolizer)" \
        swift test --skip-build --disable-xctest --event-stream-output-path "$events" "$@" \
        >"$log" 2>&1 </dev/null || status=$?
    kill "$watch" 2>/dev/null || true
    wait "$watch" 2>/dev/null || true
    if [ -s "$events.processes" ]; then
        tail -n 15 "$log" | sed 's/^/    /'
        cut -c 1-200 "$events.processes" | sed 's/^/    /'
        # A race is reported when it is seen, so a run whose last test has passed has said all; a leak is found at exit.
        if [[ "$name" == sanitize-thread* ]] && ended "$events" && ! ls "$log".report* >/dev/null 2>&1; then status=0; fi
    fi
    # What is not an event (a crash report, a sanitizer report) is only in the log.
    if [ "$status" -ne 0 ]; then
        { cat "$log" "$log".report* 2>/dev/null | grep -E -A 40 'ThreadSanitizer|AddressSanitizer|LeakSanitizer|Fatal error|Thread .* crashed' || true; } |
            head -n 120 | sed 's/^/    /'
    fi
    read -r run_passed run_failed run_skipped < <(python3 scripts/lib/count_tests.py "$events" "$status" 2>"$log.counts")
    cat "$log.counts"
}
