import math
import unittest

from validate_etcd.fine_histogram import FineHistogram, bounds
from validate_etcd.prometheus import Histogram, MetricsError, histogram, parse

PAGE = """# HELP x a histogram
# TYPE x histogram
x_bucket{le="0.001"} 10
x_bucket{le="0.002"} 60
x_bucket{le="0.004"} 100
x_bucket{le="+Inf"} 100
x_sum 0.17
x_count 100
up 1
"""


class HistogramTests(unittest.TestCase):
    def setUp(self):
        self.histogram = histogram(parse(PAGE), "x")

    def test_reads_a_metrics_page(self):
        self.assertEqual(self.histogram.bounds, (0.001, 0.002, 0.004, math.inf))
        self.assertEqual(self.histogram.count, 100)
        self.assertAlmostEqual(self.histogram.mean_seconds, 0.0017)

    def test_a_missing_metric_is_an_error_and_not_zero(self):
        with self.assertRaises(MetricsError):
            histogram(parse(PAGE), "y")

    def test_interpolates_a_quantile_inside_its_bucket(self):
        # Rank 35 is half-way through the 50 values between 1 and 2 ms.
        self.assertAlmostEqual(self.histogram.quantile(0.35), 0.0015)

    def test_the_first_bucket_starts_at_zero(self):
        self.assertAlmostEqual(self.histogram.quantile(0.05), 0.0005)

    def test_a_rank_beyond_the_last_bound_answers_that_bound(self):
        beyond = Histogram((0.001, 0.002, math.inf), (1, 1, 10), 5.0)
        self.assertEqual(beyond.quantile(0.99), 0.002)

    def test_a_difference_holds_only_what_came_in_between(self):
        later = Histogram(self.histogram.bounds, (12, 64, 106, 106), 0.19)
        between = later - self.histogram
        self.assertEqual(between.cumulative, (2, 4, 6, 6))
        self.assertAlmostEqual(between.mean_seconds, 0.02 / 6)


class FineHistogramTests(unittest.TestCase):
    def test_buckets_follow_each_other_without_a_gap(self):
        for index in range(3840):
            self.assertEqual(bounds(index)[1], bounds(index + 1)[0])

    def test_the_octaves_start_where_they_should(self):
        self.assertEqual(bounds(255), (255, 256))
        self.assertEqual(bounds(256), (256, 258))
        self.assertEqual(bounds(384), (512, 516))
        self.assertEqual(bounds(3840)[0], 1 << 36)

    def test_shows_the_same_values_in_the_buckets_of_etcd(self):
        fine = FineHistogram()
        # Two values of 255 ns and two in the bucket 512 ... 516 ns.
        fine.add({"buckets": [255, 2, 384, 2], "min_ns": 255, "max_ns": 514, "sum_ns": 1538})
        coarse = fine.as_etcd_would((256e-9, 514e-9, 1e-6, math.inf))
        self.assertEqual(coarse.cumulative, (2, 3, 4, 4))
        self.assertAlmostEqual(coarse.mean_seconds, 384.5e-9)

    def test_a_quantile_never_exceeds_the_maximum(self):
        fine = FineHistogram()
        fine.add({"buckets": [384, 10], "min_ns": 512, "max_ns": 513, "sum_ns": 5125})
        self.assertEqual(fine.quantile_seconds(0.99), 513e-9)


if __name__ == "__main__":
    unittest.main()
