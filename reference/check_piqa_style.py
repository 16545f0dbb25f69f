"""Checks the PIQA-style practice items and prints the figures that their card quotes.

    python reference/check_piqa_style.py [--official FILE] [--texts FILE ...] [--items FILE]

Needs Python's standard library only. Prints one line for each property and exits with 1 if one does not hold. --official is
the official validation file (one JSON object a line), for the overlap check. --texts are plain texts to count words in, for
the two baselines that go by word frequency; without them, those baselines are left out.
"""

import argparse
import json
import math
import re
import sys
from collections import Counter
from pathlib import Path

ITEMS = Path(__file__).resolve().parent.parent / "public" / "tasks" / "piqa_style.jsonl"
KEYS = ["goal", "sol1", "sol2", "label"]
COUNT = 220
RUN = 6  # words in a row that no official item may share
SLACK = 2  # how far from one half a count may be
FREQUENCY_BAND = (0.42, 0.58)


def read_lines(path):
    """A file's lines, each a JSON object."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def words(text):
    """A text's words, in lower case and without punctuation."""
    return re.findall(r"[a-z0-9]+", text.lower().replace("'", ""))


def solutions(item):
    """An item's right and wrong solution."""
    pair = [item["sol1"], item["sol2"]]
    return pair[item["label"]], pair[1 - item["label"]]


def check_schema(path, items):
    """The number of items, their keys and types, and plain ASCII."""
    text = path.read_text(encoding="utf-8")
    ok = len(items) == COUNT and text.isascii() and text.endswith("}\n")
    for item in items:
        strings = [item[key] for key in KEYS[:3]]
        ok &= list(item) == KEYS and type(item["label"]) is int and item["label"] in (0, 1)
        ok &= all(value and value == " ".join(value.split()) for value in strings) and item["sol1"] != item["sol2"]
    return [(f"{len(items)} items, each with {', '.join(KEYS)}, plain ASCII", ok)]


def check_distinct(items):
    """No goal and no solution twice, and no two goals that share a run of six words."""
    goals = [" ".join(words(item["goal"])) for item in items]
    texts = [" ".join(words(item[key])) for item in items for key in ("sol1", "sol2")]
    runs = Counter(run for item in items for run in word_runs([item["goal"]]))
    shared = sum(count > 1 for count in runs.values())
    return [
        (f"{len(goals) - len(set(goals))} repeated goals, {len(texts) - len(set(texts))} repeated solutions", len(goals) == len(set(goals)) and len(texts) == len(set(texts))),
        (f"{shared} runs of {RUN} words shared by two goals", shared == 0),
    ]


def check_labels(items):
    """As many labels 0 as 1, in an order that does not help."""
    labels = [item["label"] for item in items]
    ones = sum(labels)
    repeats = sum(a == b for a, b in zip(labels, labels[1:])) / (len(labels) - 1)
    longest = max(len(run) for run in re.findall(r"0+|1+", "".join(map(str, labels))))
    return [
        (f"label 0: {len(labels) - ones}, label 1: {ones}", 2 * ones == len(labels)),
        (f"a label repeats the one before in {repeats:.1%} of the cases, longest run {longest}", 0.4 <= repeats <= 0.6 and longest <= 10),
    ]


def check_size(items, name, size):
    """The right solution is the larger one in half of the unequal items, overall and within each label."""
    findings = []
    for label in (None, 0, 1):
        pairs = [solutions(item) for item in items if label in (None, item["label"])]
        differences = [size(right) - size(wrong) for right, wrong in pairs]
        more, less = sum(d > 0 for d in differences), sum(d < 0 for d in differences)
        where = "all items" if label is None else f"label {label}"
        findings.append((f"{name}, {where}: right longer {more}, wrong longer {less}, equal {differences.count(0)}", abs(more - less) <= 2 * SLACK))
    return findings


def word_counts(paths):
    """How often each word occurs in the texts."""
    return Counter(word for path in paths for word in words(path.read_text(encoding="utf-8")))


def mean_frequency(text, counts):
    """Mean add-one count of a text's words. The common divisor does not change which text has more."""
    values = [counts[word] + 1 for word in words(text)]
    return sum(values) / len(values)


def summed_log_frequency(text, counts):
    """Sum of the log probabilities of a text's words, add-one."""
    total = sum(counts.values()) + len(counts) + 1
    return sum(math.log((counts[word] + 1) / total) for word in words(text))


def baseline(items, score):
    """Accuracy of choosing the solution that scores higher; a tie counts one half."""
    values = [[score(text) for text in solutions(item)] for item in items]
    return sum(0.5 if math.isclose(right, wrong) else right > wrong for right, wrong in values) / len(items)


def check_frequency(items, paths):
    """Choosing the solution with the more frequent words is no better than guessing."""
    counts = word_counts(paths)
    findings = []
    for name, measure in [("mean word frequency", mean_frequency), ("summed log word frequency", summed_log_frequency)]:
        accuracy = baseline(items, lambda text, measure=measure: measure(text, counts))
        findings.append((f"choosing by {name}: {accuracy:.1%}", FREQUENCY_BAND[0] <= accuracy <= FREQUENCY_BAND[1]))
    return findings


def check_single_words(items):
    """Prints the words that stand most lopsidedly in right or wrong solutions alone; fails above twelve to one."""
    balance, total = Counter(), Counter()
    for item in items:
        right, wrong = (set(words(text)) for text in solutions(item))
        balance.update(right - wrong)
        balance.subtract(wrong - right)
        total.update(right ^ wrong)
    worst = sorted(total, key=lambda word: (-abs(balance[word]), word))[:6]
    shown = ", ".join(f"{word} {(total[word] + balance[word]) // 2}:{(total[word] - balance[word]) // 2}" for word in worst)
    return [(f"words that tell most, right:wrong: {shown}", all(abs(balance[word]) <= 12 for word in worst))]


def word_runs(texts):
    """All runs of RUN words in the texts, none across two texts."""
    return {tuple(text[i : i + RUN]) for text in map(words, texts) for i in range(len(text) - RUN + 1)}


def parts(item):
    """An item's texts, and the goal joined to either solution, as a scorer joins them."""
    goal, sol1, sol2 = (item[key] for key in KEYS[:3])
    return [goal, sol1, sol2, f"{goal} {sol1}", f"{goal} {sol2}"]


def check_overlap(items, path):
    """No run of six words in common with an official item."""
    official = set().union(*(word_runs(parts(item)) for item in read_lines(path)))
    shared = sorted({" ".join(run) for item in items for run in word_runs(parts(item)) & official})
    return [(f"runs of {RUN} words shared with the official file: {len(shared)} {shared[:5] if shared else ''}".rstrip(), not shared)]


def findings_of(arguments):
    """Every finding as a line and whether it is as it should be."""
    items = read_lines(arguments.items)
    found = check_schema(arguments.items, items) + check_distinct(items) + check_labels(items)
    found += check_size(items, "characters", len) + check_size(items, "words", lambda text: len(text.split()))
    found += check_single_words(items)
    if arguments.texts:
        found += check_frequency(items, arguments.texts)
    if arguments.official:
        found += check_overlap(items, arguments.official)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--items", type=Path, default=ITEMS)
    parser.add_argument("--official", type=Path)
    parser.add_argument("--texts", type=Path, nargs="+", default=[])
    found = findings_of(parser.parse_args())
    for line, ok in found:
        print(f"{'ok  ' if ok else 'FAIL'}  {line}")
    sys.exit(not all(ok for _, ok in found))


if __name__ == "__main__":
    main()
