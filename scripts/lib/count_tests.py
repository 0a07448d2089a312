"""Reads the event stream of `swift test` and says what passed, failed and was skipped.

The stream is one JSON object per line (`swift test --event-stream-output-path FILE`). It is written as
the tests run, so when the test process crashes it still names the tests that were running.

Usage: count_tests.py STREAM EXIT_STATUS   prints "PASSED FAILED SKIPPED" on stdout, details on stderr.
       count_tests.py --failed STREAM      prints a --filter for the tests that failed; nothing when they are many, or
                                           when something else than a test failed.
"""

import json
import re
import sys

# More than these are not worth the time to repeat.
MOST_REPEATED = 5


def read_events(path):
    """Returns the payloads of the stream; a last line cut short by a crash is left out."""
    events = []
    try:
        with open(path, encoding="utf-8") as stream:
            for line in stream:
                try:
                    record = json.loads(line)
                except ValueError:
                    continue
                events.append((record.get("kind"), record.get("payload", {})))
    except FileNotFoundError:
        pass
    return events


def summarise(events):
    """Returns (passed, failed, skipped, running): lists of test names; skipped holds (name, reason)."""
    names, started, ended = {}, {}, {}
    issues, skipped = {}, {}
    for kind, payload in events:
        if kind == "test" and payload.get("kind") == "function":
            suite = payload["id"].split("/")[0]
            names[payload["id"]] = f"{suite}: {payload.get('displayName') or payload['name']}"
        if kind != "event":
            continue
        identity = payload.get("testID")
        event = payload.get("kind")
        if event == "testStarted":
            started[identity] = True
        elif event == "testEnded":
            ended[identity] = True
        elif event == "testSkipped":
            text = payload["messages"][0]["text"] if payload.get("messages") else ""
            _, found, reason = text.partition(" skipped: ")
            skipped[identity] = reason.strip('"') if found else "no reason given"
        elif event == "issueRecorded" and payload.get("issue", {}).get("isFailure", True):
            text = "; ".join(message["text"] for message in payload.get("messages", []))
            where = payload.get("issue", {}).get("sourceLocation", {})
            issues.setdefault(identity, []).append(
                f"{where.get('fileID', '?')}:{where.get('line', '?')}: {text}"
            )
    passed = [names[i] for i in ended if i in names and i not in issues]
    # An issue in a suite's own set-up belongs to no test function, and counts all the same.
    failed = [(names.get(i, i or "outside any test"), issues[i]) for i in issues]
    running = [names[i] for i in started if i in names and i not in ended]
    return passed, failed, [(names[i], skipped[i]) for i in skipped if i in names], running


def failed_filter(events):
    """A regular expression for the failed tests, or ""; see the usage."""
    functions = {payload["id"] for kind, payload in events if kind == "test" and payload.get("kind") == "function"}
    failed, ended = set(), set()
    for kind, payload in events:
        if kind != "event":
            continue
        if payload.get("kind") == "testEnded":
            ended.add(payload.get("testID"))
        elif payload.get("kind") == "issueRecorded" and payload.get("issue", {}).get("isFailure", True):
            failed.add(payload.get("testID"))
    if not failed or len(failed) > MOST_REPEATED or not failed <= functions or not functions_ended(events, ended):
        return ""
    # "Target.Suite/function(argument:)/File.swift:1:2" is "Target.Suite/function(argument:)" to --filter.
    return "|".join(sorted("^" + re.escape(name.rsplit("/", 1)[0]) for name in failed))


def functions_ended(events, ended):
    """Whether every test that began came to its end: a crash is nobody's disturbance."""
    return all(
        payload.get("testID") in ended
        for kind, payload in events if kind == "event" and payload.get("kind") == "testStarted"
    )


def main(arguments):
    if arguments[1] == "--failed":
        print(failed_filter(read_events(arguments[2])))
        return
    path, status = arguments[1], int(arguments[2])
    passed, failed, skipped, running = summarise(read_events(path))
    for name, texts in failed:
        print(f"  failed: {name}", file=sys.stderr)
        for text in texts:
            print(f"      {text}", file=sys.stderr)
    reported = {name for name, _ in failed}
    crashed = [name for name in running if name not in reported]
    for name in crashed:
        print(f"  did not end: {name}", file=sys.stderr)
    for name, reason in skipped:
        print(f"  skipped: {name}: {reason}", file=sys.stderr)
    failures = len(failed) + len(crashed)
    if status != 0 and failures == 0:
        print(f"  swift test ended with status {status} and named no failed test", file=sys.stderr)
        failures = 1
    if status == 0 and not passed:
        print("  swift test ran no test", file=sys.stderr)
        failures = 1
    print(len(passed), failures, len(skipped))


if __name__ == "__main__":
    main(sys.argv)
