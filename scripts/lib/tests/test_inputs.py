import re
import unittest

from count_tests import MOST_REPEATED, failed_filter, summarise
from validate_etcd import check_perf, disks, fio_recipe, shape_trace

TRACE = """\
10  write(11</d/member/wal/0-0.wal>, ""..., 1392) = 1392
10  fdatasync(11</d/member/wal/0-0.wal> <unfinished ...>
12  pwrite64(9</d/member/snap/db>, ""..., 4096, 81920) = 4096
10  <... fdatasync resumed>) = 0
12  fdatasync(9</d/member/snap/db>) = 0
12  pwrite64(9</d/member/snap/db>, ""..., 4096, 0) = 4096
12  fdatasync(9</d/member/snap/db>) = 0
10  write(11</d/member/wal/0-0.wal>, ""..., 2744) = 2744
10  fdatasync(11</d/member/wal/0-0.wal>) = 0
12  pwrite64(9</d/member/snap/db>, ""..., 4096, 81920) = 4096
12  pwrite64(9</d/member/snap/db>, ""..., 8192, 90112 <unfinished ...>
10  write(7<socket:[5]>, ""..., 64) = 64
12  <... pwrite64 resumed>) = 8192
12  fdatasync(9</d/member/snap/db>) = 0
12  pwrite64(9</d/member/snap/db>, ""..., 4096, 4096) = 4096
12  fdatasync(9</d/member/snap/db>) = 0
12  pwrite64(9</d/member/snap/db>, ""..., 4096, 98304) = 4096
""".splitlines()


class ShapeTests(unittest.TestCase):
    def test_counts_whole_commits_and_every_wal_write(self):
        shape = shape_trace.read(TRACE)
        self.assertEqual((shape.wal_writes, shape.wal_syncs, shape.wal_bytes, shape.puts), (2, 2, 4136, 3))
        # The first commit began before the trace and the last did not end in it.
        self.assertEqual((shape.commits, shape.pages, shape.page_writes), (1, 3, 2))
        self.assertEqual(shape.other_calls, {})


class CheckPerfTests(unittest.TestCase):
    def test_finds_the_verdict_behind_the_progress_bar(self):
        output = "\r 59 / 60   98.33%PASS: Throughput is 150 writes/s\nPASS: Stddev is 0.001318s\nPASS\n"
        self.assertEqual(
            check_perf.parse_verdict(output),
            ("PASS", ["PASS: Throughput is 150 writes/s", "PASS: Stddev is 0.001318s", "PASS"]),
        )

    def test_one_failed_line_fails_all(self):
        output = "98.33%PASS: Throughput is 150 writes/s\nFAIL: Slowest request took too long: 0.6s\nFAIL\n"
        self.assertEqual(check_perf.parse_verdict(output)[0], "FAIL")

    def test_no_verdict_is_said_and_not_guessed(self):
        self.assertEqual(check_perf.parse_verdict("Error: no endpoint\n"), (None, ["Error: no endpoint"]))


class FioTests(unittest.TestCase):
    def test_reads_the_json_behind_a_note(self):
        text = (
            'note: something\n{"jobs": [{"job_runtime": 1500, "sync": {"lat_ns": '
            '{"N": 10029, "mean": 127000.5, "percentile": {"99.000000": 9980000}}}}]}'
        )
        result = fio_recipe.parse(text)
        self.assertEqual((result.syncs, result.seconds, result.verdict), (10029, 1.5, "PASS"))

    def test_anything_else_is_an_error(self):
        with self.assertRaises(fio_recipe.FioError):
            fio_recipe.parse("fio: no such engine")


class DiskNameTests(unittest.TestCase):
    def test_reads_a_filesystem_and_two_delays(self):
        options = disks.parse("xfs-3-1.5").options
        self.assertEqual((options.filesystem, options.write_delay_ms, options.read_delay_ms), ("xfs", 3, 1.5))

    def test_knows_every_default(self):
        self.assertTrue(all(disks.parse(name) for name in disks.DEFAULT))

    def test_refuses_what_it_does_not_know(self):
        for name in ("", "ext4", "btrfs-1-1", "ext4-1", "ext4-a-b"):
            self.assertIsNone(disks.parse(name), name)


def event(kind, test, **more):
    return ("event", {"kind": kind, "testID": test, **more})


def function(identity):
    return ("test", {"kind": "function", "id": identity, "name": identity.split("/")[1]})


class CountTests(unittest.TestCase):
    def test_names_what_failed_was_skipped_and_never_ended(self):
        events = [
            function("A.S/good()"), function("A.S/bad()"), function("A.S/off()"), function("A.S/crashing()"),
            event("testStarted", "A.S/good()"), event("testEnded", "A.S/good()"),
            event("testStarted", "A.S/bad()"),
            event("issueRecorded", "A.S/bad()", issue={"isFailure": True}, messages=[{"text": "1 == 2"}]),
            event("testEnded", "A.S/bad()"),
            event("testSkipped", "A.S/off()", messages=[{"text": 'Test off() skipped: "no root"'}]),
            event("testStarted", "A.S/crashing()"),
        ]
        passed, failed, skipped, running = summarise(events)
        self.assertEqual(passed, ["A.S: good()"])
        self.assertEqual([name for name, _ in failed], ["A.S: bad()"])
        self.assertEqual(skipped, [("A.S: off()", "no root")])
        self.assertEqual(running, ["A.S: crashing()"])

    def test_a_known_issue_is_no_failure(self):
        events = [
            function("A.S/known()"), event("testStarted", "A.S/known()"),
            event("issueRecorded", "A.S/known()", issue={"isFailure": False}, messages=[]),
            event("testEnded", "A.S/known()"),
        ]
        self.assertEqual(summarise(events)[:2], (["A.S: known()"], []))


class RepeatTests(unittest.TestCase):
    @staticmethod
    def failing(*names):
        """A stream in which these fail and one more passes."""
        events = []
        for name in (*names, "A.S/good()/S.swift:9:6"):
            events += [function(name), event("testStarted", name)]
            if name in names:
                events.append(event("issueRecorded", name, issue={"isFailure": True}, messages=[]))
            events.append(event("testEnded", name))
        return events

    def test_a_failed_test_is_named_as_the_filter_wants_it(self):
        pattern = failed_filter(self.failing("A.S/late(number:)/S.swift:3:6", "B.T/slow()/T.swift:4:6"))
        self.assertTrue(re.search(pattern, "A.S/late(number:)"))
        self.assertTrue(re.search(pattern, "B.T/slow()/T.swift:4:6"))
        self.assertFalse(re.search(pattern, "A.S/good()"))

    def test_nothing_is_repeated_when_nothing_failed_or_much_did(self):
        self.assertEqual(failed_filter(self.failing()), "")
        many = [f"A.S/bad{number}()/S.swift:3:6" for number in range(MOST_REPEATED + 1)]
        self.assertEqual(failed_filter(self.failing(*many)), "")

    def test_a_crash_is_nobodys_disturbance(self):
        events = self.failing("A.S/late()/S.swift:3:6")
        events += [function("A.S/crashing()/S.swift:5:6"), event("testStarted", "A.S/crashing()/S.swift:5:6")]
        self.assertEqual(failed_filter(events), "")

    def test_an_issue_of_no_test_is_not_repeated(self):
        events = self.failing("A.S/late()/S.swift:3:6")
        events.append(event("issueRecorded", None, issue={"isFailure": True}, messages=[]))
        self.assertEqual(failed_filter(events), "")


if __name__ == "__main__":
    unittest.main()
