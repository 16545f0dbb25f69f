"""Writes tasks/made_up/*.jsonl: rows in the official fields of each task, made up from word lists by a fixed seed.

    python reference/make_made_up_items.py

The rows mean little. They hold what real rows hold and what is easy to get wrong: white space at both ends and twice inside,
characters beyond ASCII, brackets and [title] in HellaSwag, three to five answers with letters or numbers in ARC, answers of
equal text. Each task has 100 rows to ask and a few to show (`_shots`, where some stand three times; MMLU's `_dev`).
"""

import json
import random
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "tasks" / "made_up"
COUNT = 100
SHOTS = 30
SUBJECTS = ["abstract_algebra", "high_school_us_history", "us_foreign_policy"]

PEOPLE = ["The old man", "Anna", "the baker", "A young girl", "Mr. Brown", "José", "Zoë", "the two brothers", "Łukasz", "the teacher"]
VERBS = ["carried", "found", "washed", "sold", "painted", "dropped", "mended", "counted", "hid", "burned"]
THINGS = ["the lamp", "a basket of apples", "the blue coat", "an iron pot", "the café chairs", "two horses", "a naïve letter", "the drum", "bread", "his boat"]
PLACES = ["in the garden", "by the river", "at the market", "under the bridge", "on the hill", "in the kitchen", "behind the school", "near Köln", "at home", "in the snow"]
REASONS = ["because it was late", "before the rain came", "when the bell rang", "so that nobody saw", "after supper", "as the sun rose"]
MARKS = [".", ".", ".", "!", "...", " – why?", "."]
# ends that a small model guesses, for LAMBADA
COMMON = ["one of the", "it for the first time", "it at the same time", "it all over the world", "in the United States", "a great number of"]
COMMON += ["the rest of the", "as well as"]
ODD = ["", "", "", "", " ", "  ", "\u00a0", "\t"]


class Writer:
    """Sentences from the lists above, by one seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def one(self, words):
        return self.random.choice(words)

    def phrase(self):
        return f"{self.one(VERBS)} {self.one(THINGS)} {self.one(PLACES)}"

    def sentence(self):
        return f"{self.one(PEOPLE)} {self.phrase()}{self.one(MARKS)}"

    def odd(self, text):
        """The text with white space where hands leave it."""
        if self.random.random() < 0.2:
            text = text.replace(" ", "  ", 1)
        return self.one(ODD) + text + self.one(ODD)

    def answers(self, count):
        found = [self.odd(self.phrase()) for _ in range(count)]
        if self.random.random() < 0.05:
            found[1] = found[0]
        return found


def piqa(w):
    sol1, sol2 = w.answers(2)
    return {"goal": w.odd(f"How was it that {w.sentence()}"), "sol1": sol1, "sol2": sol2, "label": w.random.randrange(2)}


def winogrande(w):
    one, other = w.random.sample(["Anna", "Zoë", "the baker", "José", "the lamp", "the drum", "Mr. Brown"], 2)
    sentence = f"{one} {w.one(VERBS)} more than {other}{w.one([' ', '  '])}{w.one(REASONS)}, and _ {w.phrase()}{w.one(MARKS)}"
    return {"sentence": w.odd(sentence), "option1": one, "option2": other, "answer": w.one(["1", "2"])}


def brackets(w, text):
    """What WikiHow and its scraping leave in HellaSwag."""
    kind = w.random.randrange(6)
    marks = {0: f"[header] How to {w.phrase()} [title] {text}", 1: f"{text} [substeps] {w.sentence()}", 2: f"{text} [step] ", 3: f"[a]{text}[b\n]"}
    return marks.get(kind, text)


def hellaswag(w):
    second = w.one(["", "he", "the MAN then", "ÉCOLE is", "ßo", "ǆ", "she  "])
    endings = [brackets(w, ending) for ending in w.answers(4)]
    return {
        "ind": w.random.randrange(10_000),
        "activity_label": w.one(["Washing dishes", "Family Life", " Removing ice", "Playing  drums"]),
        "ctx_a": brackets(w, w.sentence()),
        "ctx_b": second,
        "endings": endings,
        "label": str(w.random.randrange(4)),
    }


def lettered(w, counts):
    count = w.one(counts)
    letters = w.one(["ABCDE", "ABCDE", "12345"])[:count]
    return {"text": w.answers(count), "label": list(letters)}


def arc(w):
    choices = lettered(w, [3, 4, 4, 4, 5])
    return {"question": w.odd(f"Why is it that {w.sentence()}"), "choices": choices, "answerKey": w.one(choices["label"])}


def openbookqa(w):
    choices = lettered(w, [4])
    return {"question_stem": w.odd(f"{w.one(PEOPLE)} {w.phrase()}"), "choices": choices, "answerKey": w.one(["", "", " "]) + w.one(choices["label"])}


def boolq(w):
    passage = " ".join(w.sentence() for _ in range(w.one([1, 2, 3])))
    return {"question": f"is it true that {w.one(PEOPLE)} {w.phrase()}".lower(), "passage": w.odd(passage), "label": w.random.randrange(2)}


def lambada(w):
    passage = " ".join(w.sentence() for _ in range(w.one([1, 2, 3])))
    start = w.one(["and", "So  then", "At last,"])
    end = w.one(["the\nlamp", "the lamp", "bread", "café", "it all.", "home", "the boat"])
    if w.random.random() < 0.4:
        end = w.one(COMMON)
    return {"text": f"{w.one(['', '', ' '])}{passage} {start} {w.one(PEOPLE)} {w.one(VERBS)} {end}"}


def mmlu(subject):
    """What makes rows of a subject."""

    def row(w):
        choices = [w.one([w.one(THINGS), str(w.random.randrange(100)), w.odd(w.one(PLACES))]) for _ in range(4)]
        return {"question": w.odd(f"Why is it that {w.sentence()}"), "subject": subject, "choices": choices, "answer": w.random.randrange(4)}

    return row


def write(name, make, count):
    writer = Writer(name)
    lines = [json.dumps(make(writer), ensure_ascii=False) for _ in range(count)]
    if name.endswith("_shots"):
        lines += lines[:6] * 2
    (FOLDER / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    FOLDER.mkdir(exist_ok=True)
    makers = {"piqa": piqa, "winogrande": winogrande, "hellaswag": hellaswag, "arc_easy": arc, "arc_challenge": arc}
    makers |= {"openbookqa": openbookqa, "boolq": boolq}
    for name, make in {**makers, "lambada_openai": lambada}.items():
        write(name, make, COUNT)
    for name, make in makers.items():
        write(f"{name}_shots", make, SHOTS)
    for subject in SUBJECTS:
        write(f"mmlu_{subject}", mmlu(subject), 40)
        write(f"mmlu_{subject}_dev", mmlu(subject), 5)


if __name__ == "__main__":
    main()
