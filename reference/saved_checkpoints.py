"""Writes checkpoints/: tiny models as transformers saves them, and golden/checkpoints.json, what it says about them.

    python reference/saved_checkpoints.py                  # transformers 5: safetensors, whole and sharded, and the golden NLLs
    PYTHON_WITH_4 reference/saved_checkpoints.py           # transformers 4.57: the same models as .bin, which 5 no longer writes

With a folder as argument, both write there models of real vocabulary and depth, too large to keep, for check-saved.ts.

Each architecture has a folder with the config.json of both versions and a folder for each dtype, in which the four forms of the
same tensors lie side by side. Every parameter follows from its name (fixed_model.py).
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import common  # first: it keeps the libraries below from going to the network
import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForCausalLM

from fixed_model import fixed_parameter, fixed_tokens

VERSION = int(transformers.__version__.split(".")[0])
FOLDER = common.ROOT / "reference" / "checkpoints"
DTYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
LENGTH = 32

SHAPE = {
    "vocab_size": 64,
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 32,
}
GROUPED = {**SHAPE, "num_key_value_heads": 2, "rope_theta": 5_000.0}

MODELS = {
    "gpt_neox": {**SHAPE, "rotary_pct": 0.5, "rotary_emb_base": 5_000},
    "llama": {**GROUPED, "tie_word_embeddings": True},
    "gpt2": {"vocab_size": 64, "n_embd": 16, "n_layer": 2, "n_head": 4, "n_positions": 32},
    "olmo": {**GROUPED, "clip_qkv": 1.5},
    "olmo2": GROUPED,
    "qwen2": GROUPED,
}


# Names, architectures and settings: Pythia-70M, SmolLM2-135M and GPT-2 on a narrow body.
LARGE = {
    "pythia-70m": (
        "gpt_neox",
        {"vocab_size": 50_304, "hidden_size": 64, "intermediate_size": 256, "num_hidden_layers": 6, "num_attention_heads": 8, "max_position_embeddings": 128},
    ),
    "smollm2-135m": (
        "llama",
        {
            "vocab_size": 49_152,
            "hidden_size": 72,
            "intermediate_size": 192,
            "num_hidden_layers": 30,
            "num_attention_heads": 9,
            "num_key_value_heads": 3,
            "max_position_embeddings": 128,
            "rope_theta": 100_000.0,
            "tie_word_embeddings": True,
        },
    ),
    "gpt2": ("gpt2", {"vocab_size": 50_257, "n_embd": 96, "n_layer": 12, "n_head": 12, "n_positions": 128}),
}


def fixed_folder(model_type, settings, folder):
    """Saves a model of fixed parameters in float32, under the names that transformers gives them."""
    config = AutoConfig.for_model(model_type, **settings)
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    file = Path(folder, "model.safetensors")
    shapes = {name: list(values.shape) for name, values in load_file(file).items()}
    save_file({name: torch.from_numpy(fixed_parameter(name, shape)) for name, shape in shapes.items()}, file, {"format": "pt"})


def keep(source, target):
    """Copies the weights and the index of a saved model."""
    for file in sorted(Path(source).iterdir()):
        if file.name.startswith(("model", "pytorch_model")):
            shutil.copy(file, target)


def save(model, dtype, target):
    """In one file, and in shards of at most half the model."""
    form = {} if VERSION >= 5 else {"safe_serialization": False}
    size = sum(values.numel() * values.element_size() for values in model.parameters())
    for limit in [10 * size, size // 2]:
        with tempfile.TemporaryDirectory() as folder:
            model.save_pretrained(folder, max_shard_size=limit, **form)
            assert json.loads(Path(folder, "config.json").read_text()).get("dtype", dtype) == dtype
            keep(folder, target)


def nlls(folder, target):
    """What the saved file says, in float32, about one row of fixed tokens."""
    with tempfile.TemporaryDirectory() as loaded:
        shutil.copy(Path(folder, "config.json"), loaded)
        shutil.copy(target / "model.safetensors", loaded)
        model = AutoModelForCausalLM.from_pretrained(loaded, dtype=torch.float32, attn_implementation="eager").eval()
    tokens = fixed_tokens("saved", LENGTH + 1, model.config.vocab_size)
    return common.rounded(common.token_nlls(model, tokens[:-1], tokens[1:]))


def saved(model_type, settings, target):
    """All files of a model that this version writes; its NLLs by dtype."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        fixed_folder(model_type, settings, folder)
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(folder, "config.json"), target / f"config-transformers-{VERSION}.json")
        for name, dtype in DTYPES.items():
            (target / name).mkdir(exist_ok=True)
            model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype)
            save(model, str(dtype).removeprefix("torch."), target / name)
            if VERSION >= 5:
                found[name] = nlls(folder, target / name)
    return found


def main():
    """The models to keep, or those of real size into a folder."""
    if len(sys.argv) > 1:
        root = Path(sys.argv[1])
        found = {name: saved(*model, root / name) for name, model in LARGE.items()}
        if VERSION >= 5:
            (root / "nll.json").write_text(json.dumps(found))
        return
    found = {model_type: saved(model_type, settings, FOLDER / model_type) for model_type, settings in MODELS.items()}
    if VERSION >= 5:
        common.write("checkpoints.json", {"versions": common.versions(), **found})


if __name__ == "__main__":
    main()
