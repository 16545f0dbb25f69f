"""Write catalog.json, the list of bundled runs and checkpoints that the page offers.

    python models/make_catalog.py

Needs nothing but Python (3.10 or later) and its standard library. A run is a folder beside this script
that holds

    config.json, tokenizer.json     as Hugging Face names them
    train.log.jsonl                 one line per logged checkpoint, written by the training script
    NAME/model.safetensors          one folder per bundled checkpoint

and that has an entry in RUNS below for what no file says. Every bundled checkpoint must have its line in
the log (NAME is "step" and the line's "step"); logged checkpoints that are not bundled still appear in the
curve. The result depends on the files alone: running the script twice writes the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import struct
import sys
from pathlib import Path

MODELS = Path(__file__).resolve().parent
CATALOG = MODELS / "catalog.json"
DOMAINS = ("textbooks", "books")
CURVE_DECIMALS = 4

RUNS = {
    "pico": {
        "title": "pico, a small pretraining run",
        "description": (
            "A GPT-NeoX model of 2.2 million parameters trained from scratch on public-domain classics and "
            "openly licensed textbooks, with checkpoints from early on to a plateau at a constant learning "
            "rate and one cooled-down branch."
        ),
        "license": "Apache-2.0",
    },
}


def file_facts(path: Path) -> dict[str, object]:
    """Return a file's path below this folder, its size and its SHA-256."""
    data = path.read_bytes()
    return {
        "path": path.relative_to(MODELS).as_posix(),
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def count_parameters(path: Path) -> int:
    """Count the numbers in a safetensors file from the shapes in its header."""
    with open(path, "rb") as file:
        header_length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(header_length))
    return sum(math.prod(entry["shape"]) for name, entry in header.items() if name != "__metadata__")


def step_number(log_step: int | str) -> int:
    """Return the number in a log line's step: 8000, "8000" or "8800-cooldown"."""
    return int(re.match(r"\d+", str(log_step)).group())


def is_branch(log_step: int | str) -> bool:
    """Tell whether a log line belongs to a branch off the main run."""
    return not str(log_step).isdigit()


def read_log(path: Path) -> list[dict[str, object]]:
    """Return the log's lines in training order, with what the catalog needs of them.

    If a step was logged twice, as after an interrupted run, the later line counts.
    """
    entries = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        logged = json.loads(line)
        name = f"step{logged['step']}"
        entries[name] = {
            "name": name,
            "step": step_number(logged["step"]),
            "tokens": logged["tokens"],
            "branch": is_branch(logged["step"]),
            "heldOut": {domain: logged[f"heldout_{domain}"] for domain in DOMAINS},
        }
    return sorted(entries.values(), key=lambda entry: (entry["step"], entry["branch"]))


def tokens_per_step(log: list[dict[str, object]]) -> int:
    """Return how many tokens an optimiser step takes, which must be the same throughout the run."""
    ratios = {entry["tokens"] / entry["step"] for entry in log if entry["step"] > 0}
    if len(ratios) != 1:
        sys.exit(f"the log disagrees with itself about the tokens of a step: {sorted(ratios)}")
    ratio = ratios.pop()
    if not ratio.is_integer():
        sys.exit(f"the log says {ratio} tokens a step, which is not a whole number")
    return int(ratio)


def describe_checkpoint(folder: Path, entry: dict[str, object]) -> dict[str, object]:
    """Return the catalog's entry for one bundled checkpoint."""
    facts = file_facts(folder / entry["name"] / "model.safetensors")
    return {
        "name": entry["name"],
        "path": facts["path"],
        "step": entry["step"],
        "tokens": entry["tokens"],
        "bytes": facts["bytes"],
        "sha256": facts["sha256"],
        "branch": entry["branch"],
        "heldOut": entry["heldOut"],
    }


def curve_point(entry: dict[str, object]) -> dict[str, object]:
    """Return one point of the run's trajectory."""
    point = {"step": entry["step"], "tokens": entry["tokens"], "branch": entry["branch"]}
    for domain in DOMAINS:
        point[domain] = round(entry["heldOut"][domain], CURVE_DECIMALS)
    return point


def describe_run(name: str) -> dict[str, object]:
    """Return the catalog's entry for one run."""
    folder = MODELS / name
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    log = read_log(folder / "train.log.jsonl")

    bundled = {path.parent.name for path in folder.glob("*/model.safetensors")}
    unlogged = sorted(bundled - {entry["name"] for entry in log})
    if unlogged:
        sys.exit(f"no line in {name}/train.log.jsonl for: {', '.join(unlogged)}")
    if not bundled:
        sys.exit(f"no checkpoints in {folder}")
    checkpoints = [describe_checkpoint(folder, entry) for entry in log if entry["name"] in bundled]

    counts = {count_parameters(MODELS / checkpoint["path"]) for checkpoint in checkpoints}
    if len(counts) != 1:
        sys.exit(f"the checkpoints of {name} are not of one size: {sorted(counts)} parameters")

    return {
        "name": name,
        "title": RUNS[name]["title"],
        "description": RUNS[name]["description"],
        "architecture": config["model_type"],
        "parameters": counts.pop(),
        "window": config["max_position_embeddings"],
        "license": RUNS[name]["license"],
        "tokensPerStep": tokens_per_step(log),
        "files": {
            "config": file_facts(folder / "config.json"),
            "tokenizer": file_facts(folder / "tokenizer.json"),
        },
        "checkpoints": checkpoints,
        "curve": [curve_point(entry) for entry in log],
    }


def main() -> None:
    """Write the catalog and say what is in it."""
    catalog = {"runs": [describe_run(name) for name in RUNS]}
    CATALOG.write_text(json.dumps(catalog, indent=2) + "\n", encoding="utf-8", newline="\n")
    for run in catalog["runs"]:
        size = sum(checkpoint["bytes"] for checkpoint in run["checkpoints"])
        print(f"{run['name']}: {len(run['checkpoints'])} checkpoints, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
