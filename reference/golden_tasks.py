"""Writes golden/tasks.json: the harness's own answers to made-up items of every task, without and with demonstrations.

    python reference/golden_tasks.py

The tasks are those of the installed harness, field for field; only their rows come from tasks/made_up.
"""

import os
import time

import common  # first: it keeps the libraries below from going to the network
import harness_tasks
from lm_eval import simple_evaluate
from lm_eval.models.huggingface import HFLM
from make_made_up_items import SUBJECTS

MODEL = "step8000"
MADE_UP = "reference/tasks/made_up/{}.jsonl"

# task -> rows to ask and rows to show, by the names of the splits that the harness's own definition uses
ROWS = {
    "piqa": {"validation": MADE_UP.format("piqa"), "train": MADE_UP.format("piqa_shots")},
    "winogrande": {"validation": MADE_UP.format("winogrande"), "train": MADE_UP.format("winogrande_shots")},
    "hellaswag": {"validation": MADE_UP.format("hellaswag"), "train": MADE_UP.format("hellaswag_shots")},
    "arc_easy": {"test": MADE_UP.format("arc_easy"), "train": MADE_UP.format("arc_easy_shots")},
    "arc_challenge": {"test": MADE_UP.format("arc_challenge"), "train": MADE_UP.format("arc_challenge_shots")},
    "openbookqa": {"test": MADE_UP.format("openbookqa"), "train": MADE_UP.format("openbookqa_shots")},
    "boolq": {"validation": MADE_UP.format("boolq"), "train": MADE_UP.format("boolq_shots")},
    "lambada_openai": {"test": MADE_UP.format("lambada_openai")},
    **{f"mmlu_{subject}": {"test": MADE_UP.format(f"mmlu_{subject}"), "dev": MADE_UP.format(f"mmlu_{subject}_dev")} for subject in SUBJECTS},
}
SHOTS = {"piqa": [0, 5], "winogrande": [0, 5]}
USUAL_SHOTS = [0, 2]
MOST_WITH_SHOTS = 40
# asked of the rows they are shown, some of which stand there twice: none is its own demonstration
OWN_POOL = ["piqa", "winogrande"]


def evaluate(lm, name, rows, shots):
    """The harness's summary of one task with this many demonstrations, by the harness's default seed."""
    task = harness_tasks.official_task(name, rows)
    limit = MOST_WITH_SHOTS if shots else None
    report = simple_evaluate(model=lm, tasks=[task], num_fewshot=shots, limit=limit, log_samples=True, bootstrap_iters=2)
    return {"task": name, "shots": shots, "limit": limit, "files": rows, **harness_tasks.summary(report, name)}


def main():
    os.chdir(common.ROOT)
    start = time.perf_counter()
    lm = HFLM(pretrained=common.model_named(MODEL), tokenizer=common.tokenizer(), batch_size=16, device="cpu")
    runs = [evaluate(lm, name, rows, shots) for name, rows in ROWS.items() for shots in SHOTS.get(name, USUAL_SHOTS)]
    runs += [evaluate(lm, name, {"validation": rows["train"], "train": rows["train"]}, 3) for name, rows in ROWS.items() if name in OWN_POOL]
    print(f"{time.perf_counter() - start:.0f} s")
    common.write("tasks.json", {"versions": common.versions(), "model": MODEL, "runs": runs})


if __name__ == "__main__":
    main()
