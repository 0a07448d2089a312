import json
import os
import stat
import tempfile
import unittest

from validate_matrix import judge, trials


def matrix(*cells):
    return {"cells": list(cells)}


def counted(disk, cache, flushes, writes):
    return {"name": f"{disk}/{cache}", "tags": {"format": disk, "cache": cache}, "file_flushes_per_write": flushes,
            "file_writes_per_write": writes}


def changed(copy, interval, verdict="same"):
    return {"name": f"raw ({copy})", "tags": {"format": "raw", "copy": str(copy)},
            "change": {"ci99": interval, "verdict": verdict}}


def known(unsafe=0):
    rows = []
    for disk, more in (("raw", 0), ("qcow2-sparse", 0.6)):
        rows += [counted(disk, cache, 1 + more, 1 + more) for cache in ("none", "writeback", "writethrough", "directsync")]
        rows.append(counted(disk, "unsafe", unsafe, 1 + more))
    return matrix(*rows)


class TruthTests(unittest.TestCase):
    def test_all_are_found_in_a_matrix_that_shows_them(self):
        self.assertTrue(all(figure.is_kept for figure in judge.count_truths([known(), known()])))

    def test_one_flush_of_unsafe_in_one_run_is_one_too_many(self):
        missed = [figure for figure in judge.count_truths([known(), known(unsafe=0.03)]) if not figure.is_kept]
        self.assertEqual([figure.measured for figure in missed], ["1 of 2"])

    def test_a_cell_that_failed_is_no_truth(self):
        with self.assertRaisesRegex(ValueError, "no space"):
            judge.truths(matrix({"name": "raw/none", "failure": "no space"}))


class SameTests(unittest.TestCase):
    def test_one_in_twenty_is_allowed_and_more_is_not(self):
        reference = {"name": "raw", "tags": {"format": "raw"}}
        runs = [matrix(reference, changed(2, [0.9, 1.1], "slower" if number < 2 else "unclear")) for number in range(40)]
        self.assertTrue(judge.count_different(runs)[0].is_kept)
        runs[39] = matrix(reference, changed(2, [0.5, 0.6], "faster"))
        self.assertFalse(judge.count_different(runs)[0].is_kept)
        # Too few prove nothing.
        self.assertFalse(judge.count_different(runs[5:30])[0].is_kept)


class SlowdownTests(unittest.TestCase):
    def test_the_delayed_disk_has_to_be_found_and_no_other(self):
        found = matrix(changed(2, [0.9, 1.04]), changed(3, [4.0, 9.0]))
        both = matrix(changed(2, [1.2, 1.4]), changed(3, [4.0, 9.0]))
        none = matrix(changed(2, None), changed(3, [0.9, 1.2]))
        self.assertTrue(judge.count_found([(3, found)])[0].is_kept)
        for copy, document in ((2, found), (3, both), (3, none)):
            self.assertFalse(judge.count_found([(copy, document)])[0].is_kept)


class NullTests(unittest.TestCase):
    def test_agreement_is_judged_by_the_mean(self):
        def run(value):
            return matrix({"name": "null", "tags": {"format": "null"}, "guest_minus_host": {"median_ns": value}})

        self.assertTrue(judge.compare_null([run(100e3), run(115e3)])[0].is_kept)
        self.assertFalse(judge.compare_null([run(100e3), run(117e3)])[0].is_kept)
        self.assertFalse(judge.compare_null([run(-1.0), run(1.0)])[0].is_kept)


class BenchTests(unittest.TestCase):
    def bench(self, place, script):
        program = os.path.join(place, "tbench")
        with open(program, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\n{script}\n")
        os.chmod(program, stat.S_IRWXU)
        return trials.Bench(program, place, place, lambda text: None)

    def test_what_was_measured_is_not_measured_again(self):
        with tempfile.TemporaryDirectory() as place:
            bench = self.bench(place, f"echo x >> {place}/runs; echo '{{\"cells\": []}}'")
            self.assertEqual(bench.matrix("one"), {"cells": []})
            self.assertEqual(bench.matrix("one"), {"cells": []})
            with open(os.path.join(place, "runs"), encoding="utf-8") as file:
                self.assertEqual(file.read(), "x\n")

    def test_a_run_that_failed_is_told_with_its_words_and_not_kept(self):
        with tempfile.TemporaryDirectory() as place:
            bench = self.bench(place, "echo no room >&2; exit 66")
            with self.assertRaisesRegex(trials.TrialError, "ended with 66: no room"):
                bench.matrix("one")
            self.assertFalse(os.path.exists(os.path.join(place, "one.json")))

    def test_the_daemon_in_the_way_changes_only_the_image_of_its_cell(self):
        with tempfile.TemporaryDirectory() as place:
            wrapper = trials.Delay.WRAPPER.format(cell=1, place=place, real="printf '%s\\n'")
            path = os.path.join(place, "wrapper")
            with open(path, "w", encoding="utf-8") as file:
                file.write(wrapper.replace("nbdkit -U", "true -U"))
            os.chmod(path, stat.S_IRWXU)
            lines = os.popen(f"{path} --blockdev '{{\"filename\": \"/x/cell10.raw\"}}' '{{\"filename\": \"/x/cell1.raw\"}}'")
            words = lines.read().splitlines()
            lines.close()
            self.assertEqual(words[:2], ["--blockdev", '{"filename": "/x/cell10.raw"}'])
            self.assertEqual(json.loads(words[2])["server"]["path"], f"{place}/slow")


if __name__ == "__main__":
    unittest.main()
