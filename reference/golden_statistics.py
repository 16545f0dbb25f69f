"""Writes golden/statistics.json: intervals, tests, adjusted p-values and powers by scipy and statsmodels.

    python reference/golden_statistics.py
"""

import json
import warnings
from importlib.metadata import version
from math import ceil
from pathlib import Path

import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import NormalIndPower, TTestPower
from statsmodels.stats.proportion import proportion_confint

GOLDEN = Path(__file__).resolve().parent / "golden"
RESAMPLES = 100_000

# Both models right, only the first, only the second, neither.
EDGES = [
    (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1),
    (2, 0, 0, 0), (1, 1, 0, 0), (0, 2, 0, 0), (0, 1, 1, 0),
    (100, 0, 0, 0), (0, 0, 0, 100), (60, 0, 0, 40), (60, 1, 0, 39),
    (0, 100, 0, 0), (0, 0, 100, 0), (0, 50, 50, 0), (0, 49, 51, 0),
    (2000, 0, 0, 0), (1200, 1, 0, 799), (1000, 300, 20, 680), (1000, 150, 150, 700),
    (1000, 500, 0, 500), (0, 1000, 1000, 0), (0, 1040, 960, 0), (1900, 5, 12, 83),
    (40_000, 4900, 5100, 50_000), (0, 49_000, 51_000, 0), (0, 501_000, 499_000, 0),
]  # fmt: skip


def random_tables(rng):
    """Tables of many sizes, of models that agree a lot or a little."""
    for n in [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 500, 1000, 1838, 2000] * 3:
        agreement = rng.dirichlet([4, 1, 1, 2])
        yield tuple(int(count) for count in rng.multinomial(n, agreement))


def differences_of(table):
    """1 where only the first model is right, -1 where only the second is, 0 elsewhere."""
    both, b, c, neither = table
    return np.repeat([1.0, -1.0, 0.0], [b, c, both + neither])


def paired(differences, other, confidence=0.95):
    """Mean, standard error, p and interval of the differences; ttest_rel of two models whose difference they are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # differences that are all the same
        test = stats.ttest_rel(differences + other, other)
        if not np.any(other):
            assert np.array_equal(test, stats.ttest_1samp(differences, 0), equal_nan=True)
        low, high = test.confidence_interval(confidence)
    return [float(value) for value in [differences.mean(), stats.sem(differences), test.pvalue, low, high]]


def of_table(table):
    """The first model's Wilson interval, the McNemar p and, where the differences vary, the paired t-test."""
    both, b, c, neither = table
    n = sum(table)
    wilson = proportion_confint(both + b, n, alpha=0.05, method="wilson")
    p = mcnemar([[both, b], [c, neither]], exact=True).pvalue
    varied = n <= 100_000 and len({d for d, count in [(1, b), (-1, c), (0, both + neither)] if count}) > 1
    test = paired(differences_of(table), np.zeros(n)) if varied else None
    return {"table": table, "wilson": [float(end) for end in wilson], "mcnemar": float(p), "paired": test}


def margins(rng, n, shift):
    """Differences in nats with a long tail, and the second model's values; three decimals, so that they stay exact enough."""
    return np.round(shift + 0.3 * rng.standard_t(3, n), 3), np.round(rng.normal(-1, 2, n), 3)


def of_margins(rng):
    for n, shift, confidence in [(2, 0.1, 0.95), (3, -1, 0.9), (5, 0, 0.95), (10, 0.3, 0.99), (40, 0.02, 0.95), (150, 0.1, 0.95), (150, 3, 0.999)]:
        differences, other = margins(rng, n, shift)
        yield {"differences": differences.tolist(), "confidence": confidence, "paired": paired(differences, other, confidence)}


def bootstrap_of(units, statistic, rng):
    """scipy's percentile interval and standard error."""
    found = stats.bootstrap(
        units, statistic, paired=True, vectorized=True, n_resamples=RESAMPLES, batch=1000, method="percentile", rng=rng
    )
    return {"interval": [float(end) for end in found.confidence_interval], "stderr": float(found.standard_error)}


def bootstraps(rng):
    """Of tables, of margins, and of margins in clusters of one to four items (sums and sizes are what scipy draws)."""
    for table in [(60, 12, 5, 23), (1100, 160, 120, 620)]:
        differences = differences_of(table)
        yield {"table": table, "step": 1 / len(differences), **bootstrap_of((differences,), np.mean, rng)}
    differences, _ = margins(rng, 120, 0.1)
    yield {"differences": differences.tolist(), **bootstrap_of((differences,), np.mean, rng)}
    clusters = np.repeat(np.arange(60), rng.integers(1, 5, 60))
    differences = np.round(0.1 + 0.5 * rng.normal(size=60)[clusters] + 0.1 * rng.normal(size=len(clusters)), 3)
    units = (np.bincount(clusters, differences), np.bincount(clusters).astype(float))
    found = bootstrap_of(units, lambda sums, sizes, axis: sums.sum(axis) / sizes.sum(axis), rng)
    yield {"differences": differences.tolist(), "clusters": clusters.tolist(), **found}


def holms(rng):
    families = [[0.03], [0.01, 0.04, 0.03], [0.5, 0.5, 0.5], [0, 1, 0.2], [0.02, 0.02, 1e-9, 0.9]]
    families += [np.round(rng.beta(0.5, 4, m), 6).tolist() for m in [2, 5, 12, 40]]
    return [[family, multipletests(family, method="holm")[1].tolist()] for family in families]


def mcnemar_power(n, discordant, difference, alpha, exact):
    """Probability that the test rejects, summed over every number of discordant items and every way they can fall."""
    m = np.arange(n + 1)
    if exact:
        tail = stats.binom.ppf(alpha / 2, m, 0.5)  # the least k with P(X <= k) >= alpha/2
        tail = np.where(stats.binom.cdf(tail, m, 0.5) > alpha / 2, tail - 1, tail)
    else:
        tail = np.floor((m - stats.norm.isf(alpha / 2) * np.sqrt(m)) / 2)
        tail = np.where(m > 0, tail, -1)
    first = (discordant + difference) / (2 * discordant)
    rejects = stats.binom.cdf(tail, m, first) + stats.binom.sf(m - tail - 1, m, first)
    return float(np.sum(stats.binom.pmf(m, n, discordant) * rejects))


def powers():
    """Connor's number of items, and what power the two forms of the test really have at it."""
    cases = [(0.1, 0.02, 0.05, 0.8), (0.2, 0.05, 0.05, 0.8), (0.3, -0.1, 0.05, 0.9), (0.4, 0.03, 0.01, 0.8), (0.15, 0.03, 0.05, 0.5), (1, 0.1, 0.05, 0.8)]
    for discordant, difference, alpha, power in cases:
        quantile, other = stats.norm.isf(alpha / 2), stats.norm.isf(1 - power)
        root = quantile * np.sqrt(discordant) + other * np.sqrt(discordant - difference**2)
        n = ceil((root / difference) ** 2)
        real = [mcnemar_power(n, discordant, difference, alpha, exact) for exact in [False, True]]
        yield [discordant, difference, alpha, power, n, *real]


def mean_powers():
    """Items by the normal approximation and by the t-test."""
    for mean, deviation, alpha, power in [(0.1, 1, 0.05, 0.8), (-0.02, 0.3, 0.05, 0.9), (0.5, 1, 0.01, 0.8)]:
        asked = {"effect_size": abs(mean) / deviation, "alpha": alpha, "power": power}
        normal = NormalIndPower().solve_power(**asked, ratio=0)
        yield [mean, deviation, alpha, power, ceil(normal), float(TTestPower().solve_power(**asked))]


def main():
    rng = np.random.default_rng(20250815)
    quantiles = [1e-300, 1e-20, 1e-9, 1e-5, 0.001, 0.025, 0.0749, 0.0751, 0.3, 0.5, 0.6, 0.8, 0.9, 0.95, 0.975, 0.995, 0.9999]
    ts = [(0.05, 1), (0.05, 2), (0.1, 3), (0.05, 9), (0.01, 30), (0.05, 99), (0.001, 1999), (0.05, 100_000), (0.9, 4)]
    points = [(0.01, 1), (1, 1), (1e9, 1), (2.5, 7), (12, 20), (0.3, 150), (30, 150), (1.96, 2000), (25, 2000)]
    content = {
        "versions": {name: version(name) for name in ["numpy", "scipy", "statsmodels"]},
        "tables": [of_table(table) for table in [*EDGES, *random_tables(rng)]],
        "wilson": [[k, n, c, *map(float, proportion_confint(k, n, 1 - c, "wilson"))] for k, n, c in [(7, 10, 0.9), (50, 50, 0.99), (0, 3, 0.5)]],
        "margins": list(of_margins(rng)),
        "normalQuantile": [[p, float(stats.norm.ppf(p))] for p in quantiles],
        "criticalT": [[alpha, df, float(stats.t.isf(alpha / 2, df))] for alpha, df in ts],
        "twoSidedP": [[t, df, float(2 * stats.t.sf(t, df))] for t, df in points],
        "holm": holms(rng),
        "bootstrap": list(bootstraps(rng)),
        "itemsNeeded": list(powers()),
        "itemsNeededForMean": list(mean_powers()),
    }
    lines = [f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'), allow_nan=False)}" for key, value in content.items()]
    path = GOLDEN / "statistics.json"
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
