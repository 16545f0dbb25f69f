"""Cuts the passages of continuation-passages.txt into the items of public/tasks/continuation.jsonl.

    python reference/make_continuation.py            writes the set
    python reference/make_continuation.py --check    fails if the set is not what this script writes

Two stretches of a passage make a pair of items. In the first item the context runs from the beginning of
the passage to the earlier stretch; in the second it lies between the two and ends before the later one.
Both items offer the same two stretches, so each is right once, and whoever ignores the context gets
exactly one of the two right.

Which stretches are taken follows from word positions, capital letters, lengths in characters, sentence
ends and how common the words are in the other passages; no model has a say, and chance only in the order
of the pairs. Needs only Python's standard library.
"""

import json
import math
import random
import sys
from collections import Counter
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSAGES = ROOT / "reference" / "continuation-passages.txt"
ITEMS = ROOT / "public" / "tasks" / "continuation.jsonl"

CUTS = [25, 36]  # words before the earlier stretch of a passage's first and second pair
CUT_MAY_MOVE = 10  # words a cut is moved on at most where nothing fits
SHORTEST_CONTEXT, LONGEST_CONTEXT = 25, 60  # words
SHORTEST, LONGEST = 12, 16  # words in a choice
MOST_DIFFERENCE = 8  # characters between the lengths of the choices
SHUFFLE_SEED = 0


def read_passages():
    """The passages, each as a list of words."""
    return [passage.split() for passage in PASSAGES.read_text(encoding="ascii").split("\n\n")]


def stretch(words, start, end):
    """The words from `start` up to `end`, as text."""
    return " ".join(words[start:end])


def ends_sentence(word):
    """Whether a sentence ends with this word; titles such as Mr. do not count."""
    return word[-1] in ".?!" and word not in {"Mr.", "Mrs.", "Dr."}


def beginning(words, start):
    """Whether a stretch begins at a sentence's start or inside one; None where a capital inside would tell."""
    if ends_sentence(words[start - 1]):
        return "sentence"
    return "inside" if words[start][0].islower() else None


def plain(word):
    """A word in lower case without punctuation around it."""
    return word.lower().strip(",.;:?!")


def commonness(passages):
    """For each passage, a function from a text to the mean log frequency of its words in all other passages."""
    everywhere = Counter(plain(word) for words in passages for word in words)

    def of_passage(words):
        here = Counter(map(plain, words))
        return lambda text: math.fsum(math.log(1 + everywhere[w] - here[w]) for w in map(plain, text.split())) / len(text.split())

    return [of_passage(words) for words in passages]


def stops(text):
    """How many sentences end in a text."""
    return sum(map(ends_sentence, text.split()))


def context_between(words, start, end):
    """The longest allowed text from a sentence's start at or after `start` to `end`, or None."""
    starts = range(max(start, end - LONGEST_CONTEXT), end - SHORTEST_CONTEXT + 1)
    return next((stretch(words, position, end) for position in starts if ends_sentence(words[position - 1])), None)


def later_stretches(words, cut, length):
    """Each later stretch that begins like the one at `cut`, with a context that starts after that one."""
    for start in range(cut + length + SHORTEST_CONTEXT, len(words) - length + 1):
        context = context_between(words, cut + length, start)
        if context is not None and beginning(words, start) == beginning(words, cut):
            yield context, stretch(words, start, start + length)


def make_pair(words, cut, length, longer_first, common):
    """The two items of the stretch at `cut` and the later one most like it, or None."""
    if beginning(words, cut) is None:
        return None
    earlier = stretch(words, cut, cut + length)

    def fits(found):
        return 0 < abs(len(found[1]) - len(earlier)) <= MOST_DIFFERENCE

    def unlike(found):
        return abs(stops(found[1]) - stops(earlier)), abs(common(found[1]) - common(earlier))

    chosen = min(filter(fits, later_stretches(words, cut, length)), key=unlike, default=None)
    if chosen is None:
        return None
    between, later = chosen
    choices = sorted([earlier, later], key=len, reverse=longer_first)
    questions = [(stretch(words, 0, cut), earlier), (between, later)]
    return [{"context": context, "choices": choices, "answer": choices.index(right)} for context, right in questions]


def make_pairs(passages):
    """The pairs of all passages, shuffled."""
    pairs = []
    for number, (words, common) in enumerate(zip(passages, commonness(passages), strict=True)):
        for k, cut in enumerate(CUTS):
            length = SHORTEST + (number + k * 2) % (LONGEST - SHORTEST + 1)
            tried = (make_pair(words, cut + moved, length, len(pairs) % 2 == 0, common) for moved in range(CUT_MAY_MOVE + 1))
            pairs.extend([pair for pair in tried if pair is not None][:1])
    random.Random(SHUFFLE_SEED).shuffle(pairs)
    return pairs


def main():
    """Writes the set, or compares it."""
    items = list(chain.from_iterable(make_pairs(read_passages())))
    lines = "".join(json.dumps(item) + "\n" for item in items)
    if "--check" in sys.argv[1:]:
        sys.exit(0 if ITEMS.read_text(encoding="ascii") == lines else f"{ITEMS} is not what this script writes")
    ITEMS.write_text(lines, encoding="ascii")
    print(f"{ITEMS.relative_to(ROOT)}: {len(items)} items")


if __name__ == "__main__":
    main()
