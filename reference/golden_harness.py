"""Writes golden/harness.json: lm-evaluation-harness's own answers to the bundled items, and its log-likelihoods.

    python reference/golden_harness.py
"""

import json
import os

import common  # first: it keeps the libraries below from going to the network
from lm_eval import simple_evaluate
from lm_eval.api.instance import Instance
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks import TaskManager

TASKS = ["piqa_style", "winogrande_style", "piqa_awkward", "winogrande_awkward"]
METRICS = ["acc", "acc_stderr", "acc_norm", "acc_norm_stderr"]

LONG_CONTEXT = " ".join(f"The {word} came to the house and sat down." for word in ["boy", "girl", "old man", "horse"] * 9)

# Contexts and continuations whose encoding has a rule of its own.
AWKWARD = {
    "plain": ("The old man put down his", " lamp and listened."),
    "context ends in a space": ("The old man put down his ", "lamp and listened."),
    "context ends in three spaces": ("The old man put down his   ", "lamp."),
    "context ends in a newline": ("Question: who came?\nAnswer:\n", "The boy."),
    "context ends in a tab and a newline": ("a list:\t\n", " one"),
    "context ends in a no-break space": ("the price is\u00a0", "high"),
    "context ends in an ideographic space": ("the price is\u3000", "high"),
    "context ends in a unit separator, white space to Python alone": ("one\u001f", "two"),
    "context ends in a next-line character, white space to Python alone": ("one\u0085", "two"),
    "context ends in a byte order mark, white space to JavaScript alone": ("one\ufeff", " two"),
    "no context": ("", "The old man put down his lamp."),
    "no context, continuation starts with a space": ("", " The old man"),
    "too long, context loses its beginning": (LONG_CONTEXT, " Then they all went away."),
    "too long, and the context ends in a space": ("word " * 300, "again and again."),
    "as long as fits: 256 tokens in, 257 in all": (" the" * 251, " boy and the girl and the"),
    "one token too long": (" the" * 252, " boy and the girl and the"),
    "double spaces": ("Sit  down,  said  the  old  man,", "  and  eat."),
    "newlines inside": ("First line.\n\nSecond line.", "\n\nThird line.\n"),
    "accents": ("Le garçon était déjà à l'école, où", " l'élève naïve lisait un poème."),
    "decomposed accents": ("The cafe\u0301 was closed, so the nai\u0308ve", " fiance\u0301 went home."),
    "an accent composed across the join": ("The caf", "e\u0301 was closed."),
    "a word cut at the join": ("The students remem", "bered the answer."),
    "a number cut at the join": ("It happened in 18", "65, in spring."),
    "Greek and Cyrillic": ("Ἐν ἀρχῇ ἦν ὁ λόγος,", " и слово было у Бога."),
    "Chinese": ("天地玄黃，", "宇宙洪荒。"),
    "Korean, decomposed": ("\u1112\u1161\u11ab\u1100\u1173\u11af", " \uc740 \uc27d\ub2e4."),
    "Hindi": ("नमस्ते दुनिया,", " यह एक पाठ है।"),
    "letters beyond the basic plane": ("\U0001d400\U0001d401 \U00010330\U00010331", " \U00020000\U00020001"),
    "emoji": ("Well done \U0001f44d\U0001f3fd,", " said the \U0001f468\u200d\U0001f469\u200d\U0001f467."),
    "quotation marks and dashes": ("“Sit down,” said he—", "“and eat…”"),
    "contractions": ("I don't know, they'll", " say he's what I'd've wanted."),
    "nothing but punctuation": ("?!", "..., --- ;;;"),
    "control characters": ("a\u0000b\u0007c", "\u001bd"),
    "zero-width characters": ("zero\u200bwidth", "\u200d joined\ufeff"),
}


def log_likelihoods(lm, pairs):
    """log P(continuation | context) of each pair."""
    requests = [Instance("loglikelihood", {}, pair, index) for index, pair in enumerate(pairs)]
    return [value for value, _ in lm.loglikelihood(requests, disable_tqdm=True)]


def rolling(lm, texts):
    """log P(text) of each text, in rolling windows."""
    requests = [Instance("loglikelihood_rolling", {}, (text,), index) for index, text in enumerate(texts)]
    return lm.loglikelihood_rolling(requests, disable_tqdm=True)


def answers(lm, manager):
    """Per task: the metrics, and for each item the log-likelihoods of its choices and what the harness made of them."""
    report = simple_evaluate(model=lm, tasks=TASKS, task_manager=manager, num_fewshot=0, log_samples=True)
    tasks = {}
    for task in TASKS:
        samples = sorted(report["samples"][task], key=lambda sample: sample["doc_id"])
        results = report["results"][task]
        tasks[task] = {
            **{metric: results[f"{metric},none"] for metric in METRICS if f"{metric},none" in results},
            "logLikelihoods": common.rounded([[float(value) for value, _ in sample["filtered_resps"]] for sample in samples], 8),
            "right": [int(sample["acc"]) for sample in samples],
        }
        if "acc_norm" in tasks[task]:
            tasks[task]["rightNorm"] = [int(sample["acc_norm"]) for sample in samples]
    return tasks


def continuation_pairs():
    """Context and choice of each choice of the bundled continuation items."""
    rows = [json.loads(line) for line in (common.ROOT / "public/tasks/continuation.jsonl").read_text(encoding="utf-8").splitlines()]
    return [(row["context"], f" {choice}") for row in rows for choice in row["choices"]]


def harness_of(name, tokenizer):
    """The harness's own model class around our tensors."""
    # logits_cache reuses the logits of a request for another that has the same tokens up to the last, wherever the continuation
    # begins: with it the harness is off by up to 130 nats in four of the continuation choices, whose contexts overlap.
    lm = HFLM(pretrained=common.model_named(name), tokenizer=tokenizer, batch_size=8, device="cpu", logits_cache=False)
    assert lm.max_length == common.WINDOW
    assert lm.prefix_token_id == common.PREFIX
    return lm


def main():
    os.chdir(common.ROOT)  # the task files name their items from here
    tokenizer = common.tokenizer()
    manager = TaskManager(include_path=str(common.ROOT / "reference/tasks"), include_defaults=False)
    models = {}
    for name, coefficients in common.MODELS.items():
        lm = harness_of(name, tokenizer)
        models[name] = {
            "coefficients": coefficients,
            "tasks": answers(lm, manager),
            "rolling": common.rounded(rolling(lm, [*common.documents(), common.long_document()]), 8),
            "continuation": common.rounded(log_likelihoods(lm, continuation_pairs()), 8),
            "awkward": common.rounded(log_likelihoods(lm, list(AWKWARD.values())), 8),
        }
    pairs = [{"name": name, "context": context, "continuation": continuation} for name, (context, continuation) in AWKWARD.items()]
    common.write(
        "harness.json",
        {"versions": common.versions(), "documents": [*common.documents(), common.long_document()], "awkward": pairs, "models": models},
    )


if __name__ == "__main__":
    main()
