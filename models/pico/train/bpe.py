"""Step 2 of 3: train pico's tokenizer and turn the corpus into streams of token numbers.

    python models/pico/train/bpe.py CORPUS [--vocabulary 4096]

A byte-level BPE in the manner of GPT-2 and GPT-NeoX. CORPUS is the folder that prepare.py filled. Into it go:

    tokenizer.json               the tokenizer, in the Hugging Face format
    {domain}.{split}.bin         uint16 token numbers, each document preceded by <|endoftext|> = 0

See prepare.py for the three steps in order.
"""

from __future__ import annotations

import argparse
import heapq
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import regex

END_OF_TEXT = "<|endoftext|>"
DOMAINS = ("textbooks", "books")
SPLITS = ("train", "heldout")

# How much of each domain's training text the merges are learnt from, in characters.
CHARACTERS_FOR_MERGES = {"textbooks": 15_000_000, "books": 25_000_000}

# How text is cut into words before merging (the pattern of GPT-2).
WORD = regex.compile(r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+""")

NOT_A_MERGE = 1 << 30

Pair = tuple[str, str]


def byte_characters() -> dict[int, str]:
    """Map each byte to a printable character, as GPT-2 does, so that tokens can be written as text."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    characters = {byte: chr(byte) for byte in printable}
    shifted = 0
    for byte in range(256):
        if byte not in characters:
            characters[byte] = chr(256 + shifted)
            shifted += 1
    return characters


BYTE_TO_CHARACTER = byte_characters()


def to_symbols(word: str) -> list[str]:
    """Spell a word as the characters that stand for its bytes."""
    return [BYTE_TO_CHARACTER[byte] for byte in word.encode()]


def read_text(corpus: Path, domain: str, split: str) -> str:
    """Return the text of one domain's training or held-out part."""
    return (corpus / f"{domain}.{split}.txt").read_text(encoding="utf-8")


def count_words(corpus: Path) -> Counter[str]:
    """Count the words of the text that merges are learnt from."""
    counts: Counter[str] = Counter()
    for domain in DOMAINS:
        text = read_text(corpus, domain, "train")[: CHARACTERS_FOR_MERGES[domain]]
        for document in text.split(END_OF_TEXT):
            counts.update(WORD.findall(document))
    return counts


def neighbours(symbols: list[str]) -> zip[Pair]:
    """Return the pairs of symbols that stand side by side."""
    return zip(symbols, symbols[1:])


def merge_pair(symbols: list[str], pair: Pair) -> list[str]:
    """Replace each occurrence of the pair, from left to right, by the two symbols joined."""
    joined = pair[0] + pair[1]
    merged = []
    position = 0
    while position < len(symbols):
        if tuple(symbols[position : position + 2]) == pair:
            merged.append(joined)
            position += 2
        else:
            merged.append(symbols[position])
            position += 1
    return merged


class MergeLearner:
    """Finds the most frequent pair of neighbours again and again, keeping the counts up to date.

    The heap may hold outdated counts; an entry is believed only if it agrees with `pair_counts`. Of equally
    frequent pairs the alphabetically first one wins.
    """

    def __init__(self, word_counts: Counter[str]) -> None:
        """Spell out all words and count their pairs."""
        self.words = [to_symbols(word) for word in word_counts]
        self.frequencies = list(word_counts.values())
        self.pair_counts: Counter[Pair] = Counter()
        self.words_with: defaultdict[Pair, set[int]] = defaultdict(set)
        for index in range(len(self.words)):
            self.add_pairs_of(index)
        self.heap = [(-count, pair) for pair, count in self.pair_counts.items()]
        heapq.heapify(self.heap)

    def add_pairs_of(self, index: int) -> None:
        """Add one word's pairs to the counts."""
        for pair in neighbours(self.words[index]):
            self.pair_counts[pair] += self.frequencies[index]
            self.words_with[pair].add(index)

    def remove_pairs_of(self, index: int) -> None:
        """Take one word's pairs out of the counts."""
        for pair in neighbours(self.words[index]):
            self.pair_counts[pair] -= self.frequencies[index]
            if pair in self.words_with:
                self.words_with[pair].discard(index)

    def most_frequent(self) -> Pair | None:
        """Return the most frequent pair, or None when there is none left."""
        while self.heap:
            negative_count, pair = heapq.heappop(self.heap)
            count = self.pair_counts.get(pair, 0)
            if count == -negative_count:
                return pair
            if count > 0:
                heapq.heappush(self.heap, (-count, pair))
        return None

    def apply(self, pair: Pair) -> None:
        """Merge the pair in all words that contain it."""
        new_pairs: set[Pair] = set()
        for index in list(self.words_with.pop(pair)):
            self.remove_pairs_of(index)
            self.words[index] = merge_pair(self.words[index], pair)
            self.add_pairs_of(index)
            new_pairs.update(neighbours(self.words[index]))
        self.pair_counts.pop(pair, None)
        for new_pair in new_pairs:
            heapq.heappush(self.heap, (-self.pair_counts[new_pair], new_pair))


def learn_merges(word_counts: Counter[str], size: int) -> tuple[dict[str, int], list[Pair]]:
    """Learn merges until the vocabulary has the wanted size; return it and the merges in order."""
    vocabulary = {END_OF_TEXT: 0}
    for character in sorted(BYTE_TO_CHARACTER.values()):
        vocabulary[character] = len(vocabulary)
    merges: list[Pair] = []
    learner = MergeLearner(word_counts)
    while len(vocabulary) < size:
        pair = learner.most_frequent()
        if pair is None:
            sys.exit(f"the corpus is too small for {size} tokens: no pairs left after {len(vocabulary)}")
        merges.append(pair)
        vocabulary.setdefault(pair[0] + pair[1], len(vocabulary))
        learner.apply(pair)
    return vocabulary, merges


def tokenizer_json(vocabulary: dict[str, int], merges: list[Pair]) -> str:
    """Write the tokenizer in the format of the Hugging Face tokenizers library."""
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    end_of_text = {
        "id": 0,
        "content": END_OF_TEXT,
        "single_word": False,
        "lstrip": False,
        "rstrip": False,
        "normalized": False,
        "special": True,
    }
    model = {
        "type": "BPE",
        "dropout": None,
        "unk_token": None,
        "continuing_subword_prefix": None,
        "end_of_word_suffix": None,
        "fuse_unk": False,
        "byte_fallback": False,
        "vocab": vocabulary,
        "merges": [" ".join(pair) for pair in merges],
    }
    tokenizer = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [end_of_text],
        "normalizer": {"type": "NFC"},
        "pre_tokenizer": byte_level,
        "post_processor": byte_level,
        "decoder": byte_level,
        "model": model,
    }
    return json.dumps(tokenizer, ensure_ascii=False)


class Encoder:
    """Turns text into token numbers, remembering the words it has met."""

    def __init__(self, vocabulary: dict[str, int], merges: list[Pair]) -> None:
        """Rank the merges: the earlier one was learnt, the earlier it is applied."""
        self.vocabulary = vocabulary
        self.rank = {pair: index for index, pair in enumerate(merges)}
        self.known: dict[str, list[int]] = {}

    def encode_word(self, word: str) -> list[int]:
        """Return the token numbers of one word."""
        if word not in self.known:
            symbols = to_symbols(word)
            while len(symbols) > 1:
                ranks = [self.rank.get(pair, NOT_A_MERGE) for pair in neighbours(symbols)]
                rank = min(ranks)
                if rank == NOT_A_MERGE:
                    break
                at = ranks.index(rank)
                symbols[at : at + 2] = [symbols[at] + symbols[at + 1]]
            self.known[word] = [self.vocabulary[symbol] for symbol in symbols]
        return self.known[word]

    def encode_documents(self, text: str) -> list[int]:
        """Return the token numbers of all documents, each preceded by the end-of-text token."""
        numbers = []
        for document in text.split(f"\n{END_OF_TEXT}\n"):
            numbers.append(self.vocabulary[END_OF_TEXT])
            for word in WORD.findall(document):
                numbers.extend(self.encode_word(word))
        return numbers


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Train pico's tokenizer and encode its corpus.")
    parser.add_argument("corpus", type=Path, help="folder that prepare.py filled; the results go there too")
    parser.add_argument("--vocabulary", type=int, default=4096, help="number of tokens (%(default)s)")
    arguments = parser.parse_args()
    if not 257 <= arguments.vocabulary <= 65536:
        parser.error("the vocabulary must have 257 (the bytes and <|endoftext|>) to 65536 tokens")
    return arguments


def main() -> None:
    """Learn the merges, write the tokenizer and encode both splits of both domains."""
    arguments = parse_arguments()
    vocabulary, merges = learn_merges(count_words(arguments.corpus), arguments.vocabulary)
    tokenizer = tokenizer_json(vocabulary, merges)
    (arguments.corpus / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    print(f"{len(vocabulary)} tokens, {len(merges)} merges")

    encoder = Encoder(vocabulary, merges)
    for domain in DOMAINS:
        for split in SPLITS:
            text = read_text(arguments.corpus, domain, split)
            numbers = encoder.encode_documents(text)
            np.array(numbers, dtype=np.uint16).tofile(arguments.corpus / f"{domain}.{split}.bin")
            bytes_per_token = len(text.encode()) / len(numbers)
            print(f"{domain} {split}: {len(numbers)} tokens, {bytes_per_token:.2f} bytes each", flush=True)


if __name__ == "__main__":
    main()
