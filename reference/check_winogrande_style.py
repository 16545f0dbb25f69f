"""Checks the WinoGrande-style practice items and prints the figures that their card quotes.

    python reference/check_winogrande_style.py [--official FILE] [--items FILE]

Needs Python's standard library only. Prints one line for each property and exits with 1 if one does not hold. --official is
the official development set (one JSON object a line), for the overlap check; without it, that check is left out. Only what
can be counted is checked here: that a sentence has one sensible reading is for a reader to judge.
"""

import argparse
import json
import math
import re
import sys
from collections import Counter
from pathlib import Path

ITEMS = Path(__file__).resolve().parent.parent / "public" / "tasks" / "winogrande_style.jsonl"
KEYS = ["sentence", "option1", "option2", "answer"]
PAIRS = 104
RUN = 6  # words in a row that no official item, and no other pair, may share
PHRASE = 5  # words that the twins' differing phrase may have
LENGTHS = 2  # characters by which the two options may differ


def read_lines(path):
    """A file's lines, each a JSON object."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def words(text):
    """A text's words, in lower case and without punctuation; the blank counts as a word."""
    return re.findall(r"[a-z0-9]+|_", text.lower().replace("'", ""))


def split_blank(item):
    """The text before and after an item's blank."""
    before, _, after = item["sentence"].partition("_")
    return before, after


def right(item):
    """An item's right option."""
    return item["option" + item["answer"]]


def named_first(item):
    """The option that stands first in the sentence, or None if one of them does not stand before the blank exactly once."""
    before = split_blank(item)[0]
    places = {}
    for key in ("option1", "option2"):
        found = [match.start() for match in re.finditer(rf"\b{re.escape(item[key])}\b", before)]
        if len(found) != 1:
            return None
        places[item[key]] = found[0]
    return min(places, key=places.get)


def about_people(item):
    """Whether both options are names."""
    return item["option1"][0].isupper() and item["option2"][0].isupper()


def differing(first, second):
    """The words in which two word lists differ, once what they share at either end is off."""
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    end = 0
    while end < min(len(first), len(second)) - start and first[-1 - end] == second[-1 - end]:
        end += 1
    return first[start : len(first) - end], second[start : len(second) - end]


def forms(item):
    """An item's words with its blank kept, dropped, and filled with either option."""
    return [words(item["sentence"].replace("_", text)) for text in ("_", " ", item["option1"], item["option2"])]


def word_runs(item):
    """Every run of RUN words in any of an item's forms."""
    return {tuple(form[at : at + RUN]) for form in forms(item) for at in range(len(form) - RUN + 1)}


def check_schema(path, items):
    """The number of items, their keys and values, one blank each, and plain ASCII."""
    text = path.read_text(encoding="utf-8")
    ok = len(items) == 2 * PAIRS and text.isascii() and text.endswith("}\n")
    for item in items:
        values = [item[key] for key in KEYS]
        ok &= list(item) == KEYS and all(type(value) is str and value and value == " ".join(value.split()) for value in values)
        ok &= item["sentence"].count("_") == 1 and item["answer"] in ("1", "2") and item["option1"] != item["option2"]
        ok &= len(words(split_blank(item)[1])) > 0
    return [(f"{len(items)} items, each with {', '.join(KEYS)}, one blank with text after it, plain ASCII", ok)]


def check_twins(pairs):
    """Same options, same text up to the blank, one differing phrase after it, opposite answers."""
    ok, sizes = True, Counter()
    for first, second in pairs:
        ok &= first["option1"] == second["option1"] and first["option2"] == second["option2"]
        ok &= split_blank(first)[0] == split_blank(second)[0] and first["answer"] != second["answer"]
        phrases = differing(*(split_blank(item)[1].split() for item in (first, second)))
        longest = max(map(len, phrases))
        ok &= min(map(len, phrases)) > 0 and longest <= PHRASE
        sizes[longest] += 1
    spread = ", ".join(f"{count} of {size}" for size, count in sorted(sizes.items()))
    return [(f"{len(pairs)} twin pairs; words in the longer of the two differing phrases: {spread}", ok and len(pairs) == PAIRS)]


def check_options(pairs):
    """The options' lengths, their place before the blank, and that no pair of options is used twice."""
    heads = [first for first, _ in pairs]
    gaps = Counter(abs(len(item["option1"]) - len(item["option2"])) for item in heads)
    spread = ", ".join(f"{count} by {gap}" for gap, count in sorted(gaps.items()))
    sets = {frozenset((item["option1"], item["option2"])) for item in heads}
    names = [item[key] for item in heads if about_people(item) for key in ("option1", "option2")]
    placed = all(named_first(item) for pair in pairs for item in pair)
    kinds = all(about_people(item) or (item["option1"] + item["option2"]).islower() for item in heads)
    return [
        (f"characters by which the options differ: {spread}", max(gaps) <= LENGTHS),
        ("each option stands before the blank exactly once", placed and kinds),
        (f"{len(sets)} different pairs of options; {len(set(names))} different first names", len(sets) == len(pairs) and len(set(names)) == len(names)),
    ]


def check_balance(items, pairs):
    """Objects and people, the answers, their order within twins, and the order of the options in the sentence."""
    heads = [first for first, _ in pairs]
    people = sum(map(about_people, heads))
    answers = Counter(item["answer"] for item in items)
    leading = sum(item["answer"] == "1" for item in heads)
    first_option = sum(named_first(item) == item["option1"] for item in heads)
    first_right = sum(named_first(item) == right(item) for item in items)
    shorter = sum(len(right(item)) < len(right(twin)) for pair in pairs for item, twin in (pair, pair[::-1]))
    unequal = sum(len(item["option1"]) != len(item["option2"]) for item in items)
    half = len(pairs) / 2
    return [
        (f"pairs about objects {len(pairs) - people}, about people {people}", people == half),
        (f'answers "1" {answers["1"]}, "2" {answers["2"]}', answers["1"] == answers["2"]),
        (f'pairs whose first twin has answer "1": {leading} of {len(pairs)}', leading == half),
        (f"pairs whose option1 is named first: {first_option} of {len(pairs)}", first_option == half),
        (f"items whose right option is named first: {first_right} of {len(items)}", first_right == len(pairs)),
        (f"items whose right option is the shorter one: {shorter} of the {unequal} with unequal options", 2 * shorter == unequal),
    ]


def check_distinct(items, pairs):
    """No sentence twice, and no run of six words, blanks kept, in two pairs."""
    sentences = {" ".join(words(item["sentence"])) for item in items}
    runs = Counter(run for first, second in pairs for run in word_runs(first) | word_runs(second))
    shared = sum(count > 1 for count in runs.values())
    return [
        (f"{len(items) - len(sentences)} repeated sentences", len(sentences) == len(items)),
        (f"{shared} runs of {RUN} words that two pairs share", shared == 0),
    ]


def check_overlap(items, official):
    """No run of six words of an official item, whether the blanks are kept, dropped or filled."""
    known = set().union(*map(word_runs, official))
    shared = [run for item in items for run in sorted(word_runs(item) & known)]
    for run in shared:
        print("shared:", " ".join(run))
    return [(f"{len(shared)} runs of {RUN} words shared with the {len(official)} official items", not shared)]


def figures(items):
    """The standard errors, in points, of an accuracy near one half: items independent, and twins always alike."""
    independent, alike = (100 * math.sqrt(0.25 / count) for count in (len(items), len(items) // 2))
    return f"standard error near 50 percent: {independent:.1f} points for {len(items)} independent items, {alike:.1f} if twins were always right or wrong together, 0 if a model gives twins the same choice"


def main():
    """Runs every check and prints its line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=Path, default=ITEMS)
    parser.add_argument("--official", type=Path)
    args = parser.parse_args()
    items = read_lines(args.items)
    pairs = list(zip(items[::2], items[1::2]))
    results = check_schema(args.items, items) + check_twins(pairs) + check_options(pairs)
    results += check_balance(items, pairs) + check_distinct(items, pairs)
    if args.official:
        results += check_overlap(items, read_lines(args.official))
    for line, ok in results:
        print("ok  " if ok else "FAIL", line)
    print("     " + figures(items))
    sys.exit(not all(ok for _, ok in results))


if __name__ == "__main__":
    main()
