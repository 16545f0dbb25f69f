"""Holds what a soup is exported as against the soup itself.

    python reference/check_exports.py [--mergekit mergekit-pytorch]

Runs a notebook of soups of every method in the terminal with --export, then each exported Python script, whose perplexity must be
the notebook's (relative 1e-6), and mergekit on each exported configuration, whose tensors must be the exported ones as far as 32 bits
tell. mergekit pins its own libraries: give it an environment of its own and say where its command lies. Its `mergekit-yaml` is
checked too, with checkpoints that have the buffers it asks for.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import common
import torch
from safetensors.torch import load_file, save_file

STEPS = ["step6000", "step7000", "step8000"]
SOUPS = {
    "uniform": {},
    "perplexity": {"text": "data"},
    "greedy": {"text": "data"},
    "lawa": {"parameters": {"last": 2}},
    "ema": {},
    "search": {"text": "data"},
    "fisher": {"text": "data", "parameters": {"estimator": "empirical", "examples": 8}},
    "regmean": {"text": "data"},
}


def notebook(data, held_out):
    catalog = json.loads((common.ROOT / "models/catalog.json").read_text())["runs"][0]["checkpoints"]
    found = {each["name"]: each["sha256"] for each in catalog}
    refs = [{"id": step, "source": {"kind": "bundled", "run": "pico", "name": step}, "sha256": found[step]} for step in STEPS]
    soups = [{"id": method, "kind": "soup", "method": method, "ingredients": ["run"], **more} for method, more in SOUPS.items()]
    items = {"id": "fisher-items", "kind": "soup", "method": "fisher", "ingredients": ["run"], "items": {"name": "piqa_style", "limit": 20}}
    names = [*SOUPS, "fisher-items"]
    texts = [{"id": "data", "kind": "text", "text": data}, {"id": "held-out", "kind": "text", "text": held_out}]
    scores = {"id": "scores", "kind": "perplexity", "models": names, "texts": ["held-out"]}
    return {"stockpot": 4, "title": "", "cells": [{"id": "run", "kind": "checkpoints", "checkpoints": refs}, *texts, *soups, items, scores]}


def run(*command, cwd=common.ROOT):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def folders(where, buffers=False):
    """Each checkpoint as a folder that transformers loads, on request with the buffers of older versions."""
    for step in STEPS:
        folder = where / step
        folder.mkdir(parents=True)
        for file in [common.RUN / "config.json", *common.RUN.glob("tokenizer*.json"), common.RUN / step / "model.safetensors"]:
            shutil.copy(file, folder)
        if buffers:
            add_buffers(folder / "model.safetensors")


def add_buffers(file):
    tensors = load_file(file)
    for layer in range(common.run_config()["num_hidden_layers"]):
        prefix = f"gpt_neox.layers.{layer}.attention"
        tensors[f"{prefix}.bias"] = torch.ones(common.WINDOW, common.WINDOW, dtype=torch.uint8).tril()[None, None]
        tensors[f"{prefix}.masked_bias"] = torch.tensor(-1e9)
        tensors[f"{prefix}.rotary_emb.inv_freq"] = torch.ones(4)
    save_file(tensors, file, {"format": "pt"})


def check_script(soup, exported, where, expected):
    checkpoints = [part for step in STEPS for part in ["--checkpoint", f"{step}={where / step}"]]
    texts = ["--data", where / "data.txt", "--text", where / "held-out.txt"]
    printed = run(sys.executable, exported / f"{soup}.py", *checkpoints, *texts).splitlines()[-1]
    error = json.loads(printed)["perplexity"] / expected - 1
    print(f"{soup}: script {error:+.1e}")
    assert abs(error) <= 1e-6, soup


def farthest(a, b):
    return max(((a[name] - b[name].float()).norm() / a[name].norm()).item() for name in a)


def check_mergekit(soup, exported, where, command):
    run(command, exported / f"{soup}.yaml", where / "out", cwd=where)
    error = farthest(load_file(exported / f"{soup}.safetensors"), load_file(where / "out/model.safetensors"))
    shutil.rmtree(where / "out")
    print(f"{soup}: {Path(command).name}, tensors at most {error:.1e}")
    assert error <= 2e-7, soup


def check_mergekit_yaml(exported, where, command):
    """The same configuration with folders in place of files."""
    folders(where, buffers=True)
    (where / "soup.yaml").write_text((exported / "perplexity.yaml").read_text().replace("/model.safetensors", ""))
    run(command, where / "soup.yaml", where / "out", "--no-write-model-card", cwd=where)
    merged = load_file(where / "out/model.safetensors")
    error = farthest(load_file(exported / "perplexity.safetensors"), merged)
    print(f"perplexity: mergekit-yaml, tensors at most {error:.1e}")
    assert error <= 2e-7


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mergekit", help="where mergekit-pytorch lies, with mergekit-yaml beside it")
    arguments = parser.parse_args()
    passages = (common.ROOT / "reference/continuation-passages.txt").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as temporary:
        where = Path(temporary)
        texts = {"data": passages[:8000].strip(), "held-out": passages[8000:20000].strip()}
        for name, text in texts.items():
            (where / f"{name}.txt").write_text(text, encoding="utf-8")
        (where / "notebook.json").write_text(json.dumps(notebook(*texts.values())))
        exported = where / "exported"
        run("npm", "run", "--silent", "notebook", "--", where / "notebook.json", "--json", where / "out.json", "--export", exported)
        scores = {row["model"]: row["perplexity"] for row in json.loads((where / "out.json").read_text())["perplexity"]}
        folders(where)
        for soup, perplexity in scores.items():
            check_script(soup, exported, where, perplexity)
            if arguments.mergekit and (exported / f"{soup}.yaml").exists():
                check_mergekit(soup, exported, where, arguments.mergekit)
        if arguments.mergekit:
            check_mergekit_yaml(exported, where / "with-buffers", str(Path(arguments.mergekit).with_name("mergekit-yaml")))


if __name__ == "__main__":
    main()
