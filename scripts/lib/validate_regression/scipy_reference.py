"""What SciPy says about fixed inputs, for Tests/StatisticsTests/Reference/scipy.json.

Nothing here knows how tbench computes anything: each figure is one call of SciPy's. Run with a Python that has SciPy:

    python3 -m validate_regression.scipy_reference > Tests/StatisticsTests/Reference/scipy.json
"""

import json
import sys

import numpy
import scipy
from scipy import special, stats


def welch(generator):
    """Groups of different sizes, means and variances, and their Welch tests."""
    shapes = [(4, 4, 0, 1), (5, 30, 0.1, 3), (12, 9, 2, 0.2), (25, 25, 0.001, 1), (2, 3, 5, 1), (40, 20, 0.5, 1.5)]
    cases = []
    for first, second, shift, scale in shapes:
        one = generator.normal(10, 1, first)
        other = generator.normal(10 + shift, scale, second)
        result = stats.ttest_ind(one, other, equal_var=False)
        cases.append({"one": one.tolist(), "other": other.tolist(), "t": float(result.statistic),
                      "df": float(result.df), "p": float(result.pvalue)})
    return cases


def student():
    """Quantiles and probabilities of Student's t."""
    quantiles = [{"tail": tail, "df": df, "t": float(stats.t.isf(tail, df))}
                 for tail in (0.005, 0.025, 0.1) for df in (1, 2, 4, 9, 19, 29, 99, 1000)]
    probabilities = [{"t": t, "df": df, "p": float(2 * stats.t.sf(abs(t), df))}
                     for t in (0.0, 0.3, 1.0, -2.5, 8.0, 40.0) for df in (1, 2.5, 7, 29, 200)]
    return quantiles, probabilities


def spreads(generator):
    """Medians, scaled median absolute deviations, rank correlations with the index."""
    cases = []
    for count in (2, 5, 6, 10, 31):
        values = generator.lognormal(0, 0.5, count)
        cases.append({"values": values.tolist(), "median": float(numpy.median(values)),
                      "deviation": float(stats.median_abs_deviation(values, scale="normal")),
                      "spearman": float(stats.spearmanr(values, range(count)).statistic)})
    return cases


def bounds():
    """Clopper and Pearson's bounds."""
    cases = []
    for successes, trials in ((0, 100), (1, 1000), (37, 5000), (99, 100), (250, 20000)):
        interval = stats.binomtest(successes, trials).proportion_ci(0.99, method="exact")
        cases.append({"successes": successes, "trials": trials, "low": float(interval.low), "high": float(interval.high)})
    return cases


def resampling(generator):
    """Rounds of values below 256 ns, which a histogram holds exactly, and SciPy's percentile interval of their mean."""
    rounds = [generator.integers(80 + 3 * (index % 7), 200, 60).tolist() for index in range(30)]
    table = numpy.array(rounds)

    def mean(indices, axis=-1):
        return table.mean(axis=1)[indices].mean(axis=axis)

    result = stats.bootstrap((numpy.arange(30),), mean, n_resamples=200_000, batch=10_000, method="percentile",
                             confidence_level=0.95, rng=generator, vectorized=True)
    return {"rounds": rounds, "mean": float(table.mean()),
            "low": expanded(table, result.confidence_interval.low),
            "high": expanded(table, result.confidence_interval.high)}


def expanded(table, end):
    """An end of the percentile interval, farther from the mean as Hesterberg (2015, 5.3) has it, on a logarithmic
    scale, and by the factor for rounds that resemble their neighbours."""
    count = len(table)
    series = numpy.log(table.mean(axis=1))
    deviations = series - series.mean()
    likeness = (deviations[1:] * deviations[:-1]).sum() / (deviations ** 2).sum()
    likeness = min(max(0, likeness + (1 + 4 * likeness) / count), 0.9)
    factor = stats.t.ppf(0.975, count - 1) / stats.norm.ppf(0.975)
    factor *= numpy.sqrt(count / (count - 1) * (1 + likeness) / (1 - likeness))
    centre = numpy.log(table.mean())
    return float(numpy.exp(centre + factor * (numpy.log(end) - centre)))


def main():
    """Prints the document."""
    generator = numpy.random.default_rng(20261121)
    quantiles, probabilities = student()
    document = {
        "made_with": f"SciPy {scipy.__version__}", "welch": welch(generator), "t_quantiles": quantiles,
        "t_probabilities": probabilities, "spreads": spreads(generator), "bounds": bounds(),
        "beta": [{"x": x, "a": a, "b": b, "value": float(special.betainc(a, b, x))}
                 for x in (0.01, 0.3, 0.5, 0.999) for a, b in ((0.5, 0.5), (2, 7), (100, 3), (14.5, 0.5))],
        "bootstrap": resampling(generator),
    }
    json.dump(document, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
