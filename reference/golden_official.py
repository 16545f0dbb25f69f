"""Writes golden/official.json: the harness's log-likelihoods of every choice of the official PIQA and WinoGrande sets.

    python reference/golden_official.py FOLDER [BATCH]

FOLDER holds piqa/valid.jsonl, piqa/valid-labels.lst and winogrande/dev.jsonl as their authors publish them. Only numbers
are written, none of the texts. Items with an answer longer than the window stop the harness: they are left out, and stand
under "cut", scored by the harness when it is handed what the window holds of them. With a batch size nothing is written:
that only tells how long the harness takes.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import common  # first: it keeps the libraries below from going to the network
import harness_tasks
from lm_eval import simple_evaluate
from lm_eval.models.huggingface import HFLM

MODEL = "step8000"


def piqa_rows(folder):
    """The items with their labels, as the Hub has them."""
    items = (folder / "piqa/valid.jsonl").read_text(encoding="utf-8").splitlines()
    labels = (folder / "piqa/valid-labels.lst").read_text(encoding="utf-8").split()
    return [{**json.loads(item), "label": int(label)} for item, label in zip(items, labels, strict=True)]


def winogrande_rows(folder):
    """The items, as the Hub has them."""
    lines = (folder / "winogrande/dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line]


def fits(lm, row):
    """Whether the harness can score the row: an answer longer than the window stops it."""
    solutions = [row[name] for name in ["sol1", "sol2"] if name in row]
    return all(len(lm.tok_encode(f" {solution}")) < lm.max_length for solution in solutions)


class TimedHarness(HFLM):
    """The harness's model class, which adds up the time that it spends on requests and is not stopped by a long answer."""

    seconds = 0.0

    def _loglikelihood_tokens(self, requests, *args, **named):
        return super()._loglikelihood_tokens([self.cut(*request) for request in requests], *args, **named)

    def cut(self, texts, context, answer):
        """Cuts an answer longer than the window from the left, as the harness announces: one token to read, a window of them to score."""
        if len(answer) <= self.max_length:
            return texts, context, answer
        first, *last = (context + answer)[-(self.max_length + 1) :]
        return texts, [first], last

    def loglikelihood(self, requests, disable_tqdm=True):
        start = time.perf_counter()
        found = super().loglikelihood(requests, disable_tqdm=True)
        self.seconds += time.perf_counter() - start
        return found


def evaluate(lm, name, rows):
    """The harness's report on a task whose official items are these rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{name}.jsonl")
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        task = harness_tasks.official_task(name, {"validation": path, "train": path})
        return simple_evaluate(model=lm, tasks=[task], num_fewshot=0, log_samples=True)


def cut_items(lm, name, rows):
    """What the harness says of rows that it cannot score whole; at 9 digits, because sums so long would lose more by 7 than is allowed."""
    report = evaluate(lm, name, rows)
    found = harness_tasks.summary(report, name)
    samples = sorted(report["samples"][name], key=lambda sample: sample["doc_id"])
    exact = [[float(value) for value, _ in sample["filtered_resps"]] for sample in samples]
    return {**{key: found[key] for key in ["right", "rightNorm"] if key in found}, "logLikelihoods": common.rounded(exact, 9)}


def main():
    folder = Path(sys.argv[1])
    batch = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    os.chdir(common.ROOT)
    lm = TimedHarness(pretrained=common.model_named(MODEL), tokenizer=common.tokenizer(), batch_size=batch, device="cpu")
    tasks = {}
    for name, rows in {"piqa": piqa_rows(folder), "winogrande": winogrande_rows(folder)}.items():
        left_out = [index for index, row in enumerate(rows) if not fits(lm, row)]
        cut = {"cut": cut_items(lm, name, [rows[index] for index in left_out])} if left_out else {}
        lm.seconds, start = 0.0, time.perf_counter()
        report = evaluate(lm, name, [row for row in rows if fits(lm, row)])
        tasks[name] = {"leftOut": left_out, **cut, **harness_tasks.summary(report, name)}
        print(f"{name}, batches of {batch}: {len(rows)} items, {len(left_out)} left out, {lm.seconds:.1f} s for requests, {time.perf_counter() - start:.1f} s in all")
    if len(sys.argv) == 2:
        common.write("official.json", {"versions": common.versions(), "model": MODEL, "tasks": tasks})


if __name__ == "__main__":
    main()
