"""Writes golden/architectures.json: for each architecture, what transformers says about models of fixed parameters; and
golden/rotary.json: the frequencies of its rotary embeddings.

    python reference/golden_architectures.py

Each entry has the config.json as transformers writes it, the parameters by the names and shapes of the file that
`save_pretrained` writes, and the NLL of each token of a stream that has the name of the entry, in float32 with eager attention.
"""

import json
import tempfile
from pathlib import Path

import common  # first: it keeps the libraries below from going to the network
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForCausalLM
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

from fixed_model import fixed_parameter, fixed_tokens

ROWS = 2

SMALL = {
    "vocab_size": 96,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 64,
}
SMALL_GPT2 = {"vocab_size": 96, "n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 64}

LLAMA3_ROPE = {
    "rope_type": "llama3",
    "rope_theta": 500.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 32,
}

# Names and the settings that differ from transformers' defaults. The last number is how many tokens a row scores.
MODELS = {
    "gpt_neox": ("gpt_neox", {**SMALL, "rope_parameters": {"rope_type": "default", "rope_theta": 25_000.0, "partial_rotary_factor": 0.5}}, 48),
    "gpt_neox, sequential and tied": ("gpt_neox", {**SMALL, "use_parallel_residual": False, "layer_norm_eps": 0.1, "tie_word_embeddings": True}, 48),
    "llama": ("llama", {**SMALL, "num_key_value_heads": 2}, 48),
    "llama, tied, with biases and linear rope": (
        "llama",
        {
            **SMALL,
            "tie_word_embeddings": True,
            "attention_bias": True,
            "mlp_bias": True,
            "rms_norm_eps": 0.1,
            "rope_parameters": {"rope_type": "linear", "rope_theta": 10_000.0, "factor": 2.0},
        },
        48,
    ),
    "llama, one key head of its own width, llama3 rope": (
        "llama",
        {**SMALL, "num_key_value_heads": 1, "head_dim": 16, "max_position_embeddings": 131_072, "rope_parameters": LLAMA3_ROPE},
        160,
    ),
    "llama, dynamic rope": (
        "llama",
        {**SMALL, "rope_parameters": {"rope_type": "dynamic", "rope_theta": 10_000.0, "factor": 4.0}},
        64,
    ),
    "gpt2": ("gpt2", SMALL_GPT2, 48),
    "gpt2, untied, exact gelu, attention scaled by layer": (
        "gpt2",
        {
            **SMALL_GPT2,
            "n_inner": 80,
            "layer_norm_epsilon": 0.1,
            "activation_function": "gelu",
            "scale_attn_by_inverse_layer_idx": True,
            "reorder_and_upcast_attn": True,
            "tie_word_embeddings": False,
        },
        64,
    ),
    "olmo": ("olmo", {**SMALL, "num_key_value_heads": 2, "clip_qkv": 1.0}, 48),
    "olmo, tied": ("olmo", {**SMALL, "tie_word_embeddings": True, "attention_bias": True}, 48),
    "olmo2": ("olmo2", {**SMALL, "num_key_value_heads": 2, "rope_parameters": {"rope_type": "default", "rope_theta": 500_000.0}}, 48),
    "olmo2, tied": ("olmo2", {**SMALL, "tie_word_embeddings": True, "attention_bias": True, "rms_norm_eps": 0.1}, 48),
    "qwen2": ("qwen2", {**SMALL, "num_key_value_heads": 2, "rope_parameters": {"rope_type": "default", "rope_theta": 1e6}}, 48),
    "qwen2, tied": ("qwen2", {**SMALL, "num_key_value_heads": 4, "rms_norm_eps": 0.1, "tie_word_embeddings": True}, 48),
    # real vocabulary and depth, on a body an eighth as wide
    "Pythia-70M, narrow": (
        "gpt_neox",
        {"vocab_size": 50_304, "hidden_size": 64, "intermediate_size": 256, "num_hidden_layers": 6, "num_attention_heads": 8, "max_position_embeddings": 128},
        96,
    ),
    "SmolLM2-135M, narrow": (
        "llama",
        {
            "vocab_size": 49_152,
            "hidden_size": 72,
            "intermediate_size": 192,
            "num_hidden_layers": 30,
            "num_attention_heads": 9,
            "num_key_value_heads": 3,
            "max_position_embeddings": 128,
            "rms_norm_eps": 1e-5,
            "tie_word_embeddings": True,
            "rope_parameters": {"rope_type": "default", "rope_theta": 100_000.0},
        },
        96,
    ),
    "GPT-2, narrow": ("gpt2", {"vocab_size": 50_257, "n_embd": 96, "n_layer": 12, "n_head": 12, "n_positions": 128}, 96),
}


# How wide a head is, and how its positions turn.
ROPES = [
    (16, {"rope_type": "default", "rope_theta": 10_000.0}),
    (20, {"rope_type": "default", "rope_theta": 10_000.0}),
    (64, {"rope_type": "default", "rope_theta": 100_000.0}),
    (128, {"rope_type": "default", "rope_theta": 1e6}),
    (64, {"rope_type": "linear", "rope_theta": 10_000.0, "factor": 3.0}),
    (64, {**LLAMA3_ROPE, "rope_theta": 500_000.0, "factor": 32.0, "original_max_position_embeddings": 8192}),
]


def frequencies(width, rope):
    """Radians a token, for each pair of dimensions."""
    config = AutoConfig.for_model("llama", hidden_size=2 * width, num_attention_heads=2, max_position_embeddings=131_072, rope_parameters=dict(rope))
    return {"width": width, "rope": rope, "frequencies": LlamaRotaryEmbedding(config).inv_freq.tolist()}


def fixed_model(model_type, settings):
    """A model of fixed parameters, its config.json, and the shapes in its file."""
    config = AutoConfig.for_model(model_type, **settings)
    with tempfile.TemporaryDirectory() as folder:
        AutoModelForCausalLM.from_config(config).save_pretrained(folder)
        file = Path(folder, "model.safetensors")
        shapes = {name: list(values.shape) for name, values in load_file(file).items()}
        fixed = {name: torch.from_numpy(fixed_parameter(name, shape)) for name, shape in shapes.items()}
        save_file(fixed, file, {"format": "pt"})
        model, report = AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
        )
        for kind in ["missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs"]:
            assert not report.get(kind), f"{kind}: {report[kind]}"
        written = json.loads(Path(folder, "config.json").read_text())
    return model.eval(), written, shapes


def golden(name, model_type, settings, length):
    """One entry of the file."""
    model, config, shapes = fixed_model(model_type, settings)
    tokens = fixed_tokens(name, ROWS * (length + 1), config["vocab_size"])
    nlls = []
    for start in range(0, len(tokens), length + 1):
        row = tokens[start : start + length + 1]
        nlls += common.token_nlls(model, row[:-1], row[1:])
    return {"config": config, "shapes": shapes, "length": length, "nll": common.rounded(nlls)}


def main():
    common.write("rotary.json", {"versions": common.versions(), "ropes": [frequencies(*rope) for rope in ROPES]})
    common.write(
        "architectures.json",
        {"versions": common.versions(), **{name: golden(name, *model) for name, model in MODELS.items()}},
    )


if __name__ == "__main__":
    main()
