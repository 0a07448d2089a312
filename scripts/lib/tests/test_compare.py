import dataclasses
import math
import unittest

from validate_etcd import compare, report, tbench_run
from validate_etcd.prometheus import Histogram
from validate_etcd.side import Side, pooled

BOUNDS = (0.001, 0.008, 0.016, 0.032, math.inf)


def histogram(*counts, mean):
    cumulative = [sum(counts[: index + 1]) for index in range(len(counts))]
    return Histogram(BOUNDS, tuple(cumulative), mean * cumulative[-1])


def side(**changes):
    base = Side(
        seconds=30, puts=4500, wal_syncs=4500, wal_bytes=4500 * 1392, commits=290,
        wal=histogram(4400, 100, 0, 0, 0, mean=0.0004),
        commit=histogram(0, 280, 10, 0, 0, mean=0.004),
        commit_disk=histogram(0, 280, 10, 0, 0, mean=0.0038),
        device_writes=15000, device_flushes=5000, device_sectors=120000, pages=3500,
    )
    return dataclasses.replace(base, **changes)


class CompareTests(unittest.TestCase):
    def test_a_side_agrees_with_itself(self):
        figures = compare.shape_figures(side(), side(), None) + compare.time_figures(side(), side())
        self.assertEqual([figure.name for figure in figures if figure.good is False], [])

    def test_six_percent_more_syncs_are_outside_the_shape(self):
        figures = compare.shape_figures(side(), side(wal_syncs=4500 * 1.06), None)
        self.assertEqual([figure.name for figure in figures if figure.good is False], ["WAL syncs per put"])

    def test_pages_need_a_trace_of_etcd(self):
        figure = next(f for f in compare.shape_figures(side(), side(), None) if f.name == "data pages per put")
        self.assertEqual((figure.etcd, figure.good), (None, None))

    def test_finds_the_bound_where_the_distributions_differ_most(self):
        other = side(wal=histogram(4000, 500, 0, 0, 0, mean=0.0004))
        figure = compare.points("WAL fsync", side().wal, other.wal)
        self.assertEqual(figure.name, "WAL fsync, worst at 1 ms")
        self.assertAlmostEqual(figure.agreement, 400 / 4500 * 100)
        self.assertFalse(figure.good)

    def test_two_turns_of_one_side_differ_by_the_worst_of_all_pairs(self):
        turns = [histogram(*counts, mean=0.001) for counts in ((90, 10, 0, 0, 0), (80, 20, 0, 0, 0), (85, 15, 0, 0, 0))]
        self.assertAlmostEqual(compare.largest_spread_points(turns), 10)
        empty = histogram(0, 0, 0, 0, 0, mean=0.001)
        self.assertIsNone(compare.largest_spread_points([turns[0], empty]))

    def test_the_verdict_is_that_of_the_interpolated_p99(self):
        # p99 of these is inside 8 to 16 ms: below 10 ms for one, above for the other.
        below = side(wal=histogram(0, 989, 10, 1, 0, mean=0.005))
        above = side(wal=histogram(0, 900, 100, 0, 0, mean=0.006))
        self.assertEqual(compare.etcd_verdicts(below)[0], "pass")
        self.assertEqual(compare.etcd_verdicts(above)[0], "fail")

    def test_a_dashboard_sees_the_width_of_a_bucket(self):
        # All commits of 24 ms lie in the bucket from 16 to 32 ms, whose interpolated p99 is 31.8 ms.
        run = tbench_run.read_default(RecordTests.RECORD | {"metrics": {
            "wal_fsync_p99_prometheus_ns": {"value": 9_990_000}, "backend_commit_p99_prometheus_ns": {"value": 31_840_000},
        }}, 60.0, 1)
        self.assertEqual(compare.dashboard_verdicts(run), ("pass", "fail"))

    def test_a_record_without_a_dashboards_figures_has_no_such_verdict(self):
        run = tbench_run.read_default(RecordTests.RECORD, 60.0, 1)
        self.assertEqual(compare.dashboard_verdicts(run), (None, None))

    def test_borderline_agrees_with_neither_verdict(self):
        self.assertFalse(compare.same_verdict("pass", "borderline"))
        self.assertFalse(compare.same_verdict("fail", "borderline"))
        self.assertIsNone(compare.same_verdict("pass", "inconclusive"))

    def test_pooling_adds_counts_and_forgets_a_count_that_one_round_lacks(self):
        total = pooled([side(), side(device_writes=None)])
        self.assertEqual((total.puts, total.wal.count, total.device_writes), (9000, 9000, None))


class RecordTests(unittest.TestCase):
    RECORD = {
        "run": {"time_to_verdict_ns": 20_000_000_000},
        "verdict": {
            "grade": "fail", "cause": "device flush",
            "checks": [{"name": "WAL fsync p99", "grade": "fail"}, {"name": "backend commit p99", "grade": "pass"}],
        },
        "phases": [{
            "kind": "verdict",
            "counters": {"puts": 3, "wal_syncs": 3, "wal_bytes": 4176, "commits": 1, "pages": 7},
            "rounds": [
                {
                    "duration_ns": 2_000_000_000,
                    "latency": {
                        "wal_sync_overwrite": {"buckets": [255, 1], "min_ns": 255, "max_ns": 255, "sum_ns": 255},
                        "wal_sync_metadata_in_commit": {"buckets": [384, 2], "min_ns": 512, "max_ns": 515, "sum_ns": 1027},
                        "backend_commit": {"buckets": [384, 1], "min_ns": 512, "max_ns": 512, "sum_ns": 512},
                        "backend_disk": {"buckets": [384, 1], "min_ns": 512, "max_ns": 512, "sum_ns": 512},
                    },
                }
            ],
        }],
    }

    def test_all_classes_of_wal_syncs_count_as_in_etcd(self):
        measured = tbench_run.read_measured(self.RECORD, (1e-3, math.inf))
        self.assertEqual((measured.side.wal.count, measured.side.pages, measured.side.seconds), (3, 7, 2))
        self.assertAlmostEqual(measured.side.wal.mean_seconds, (255 + 1027) / 3 / 1e9)

    def test_reads_the_verdict(self):
        run = tbench_run.read_default(self.RECORD, 31.0, 30 << 20)
        self.assertEqual((run.grade, run.wal_grade, run.commit_grade, run.seconds_to_verdict), ("fail", "fail", "pass", 20))

    def test_a_record_without_the_phase_is_an_error(self):
        with self.assertRaises(tbench_run.TbenchError):
            tbench_run.read_measured({"phases": []}, (1e-3, math.inf))


class ReportTests(unittest.TestCase):
    def test_milliseconds_have_three_digits(self):
        self.assertEqual([report.milliseconds(x) for x in (0.000243, 0.00841, 0.0312, math.nan)], ["0.243", "8.41", "31.2", "–"])


if __name__ == "__main__":
    unittest.main()
