"""Models whose every parameter follows from its name: a port of src/core/scoring/fixed-model.ts, the same bits.

    python reference/fixed_model.py FILE.safetensors self-test|wide

holds a file that the TypeScript side wrote (`fixedCheckpoint`) against the values computed here.
"""

import re
import sys

import numpy
from safetensors.numpy import load_file

NEOX = {
    "model_type": "gpt_neox",
    "hidden_act": "gelu",
    "layer_norm_eps": 1e-5,
    "rotary_pct": 0.25,
    "rotary_emb_base": 10_000,
    "use_parallel_residual": True,
    "tie_word_embeddings": False,
}

SELF_TEST_CONFIG = {
    **NEOX,
    "vocab_size": 96,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
}

WIDE_CONFIG = {
    **NEOX,
    "vocab_size": 50_304,
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 128,
    "max_position_embeddings": 1024,
}


def mix(x):
    """A 32-bit mixer (https://github.com/skeeto/hash-prospector), on an array of uint32."""
    x = (x ^ (x >> numpy.uint32(16))) * numpy.uint32(0x7FEB352D)
    x = (x ^ (x >> numpy.uint32(15))) * numpy.uint32(0x846CA68B)
    return x ^ (x >> numpy.uint32(16))


def seed_of(name):
    """FNV-1a of an ASCII string."""
    value = 0x811C9DC5
    for byte in name.encode("ascii"):
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def stream(name, count):
    """The first `count` 32-bit numbers of the stream `name`."""
    return mix(numpy.uint32(seed_of(name)) + numpy.arange(count, dtype=numpy.uint32))


def spread(name, shape):
    """The centre of a parameter's values and how far they reach from it."""
    fan_in = numpy.float64(shape[0] if re.search(r"\.c_\w+\.weight$", name) else shape[-1])
    if re.search(r"\.[qk]_norm\.weight$", name):
        return 2, 1
    if re.search(r"(norm|\.ln_\w+)\.weight$", name):
        return 1, 0.5
    if re.search(r"(query_key_value|[qk]_proj|c_attn)\.bias$", name):
        return 0, 2
    if name.endswith(".bias"):
        return 0, 0.5
    if name.endswith("embed_in.weight"):
        return 0, 1
    if re.search(r"(query_key_value|[qk]_proj|c_attn)\.weight$", name):
        return 0, 4 / numpy.sqrt(fan_in)
    return 0, 2 / numpy.sqrt(fan_in)


def fixed_parameter(name, shape):
    """One parameter, computed in float64 and rounded once."""
    centre, scale = spread(name, shape)
    uniform = (stream(name, int(numpy.prod(shape))) >> numpy.uint32(8)).astype(numpy.float64) / 2**23 - 1
    return (centre + scale * uniform).astype(numpy.float32).reshape(shape)


def fixed_tokens(name, count, vocabulary):
    """`count` token ids of the stream `name`."""
    return (stream(name, count) % numpy.uint32(vocabulary)).tolist()


def parameter_shapes(config):
    """Every parameter of a GPT-NeoX model by the name it has in a checkpoint."""
    vocabulary = config["vocab_size"]
    hidden = config["hidden_size"]
    inner = config["intermediate_size"]
    shapes = {"gpt_neox.embed_in.weight": (vocabulary, hidden)}
    for layer in range(config["num_hidden_layers"]):
        prefix = f"gpt_neox.layers.{layer}"
        for name, outputs, inputs in [
            ("attention.query_key_value", 3 * hidden, hidden),
            ("attention.dense", hidden, hidden),
            ("mlp.dense_h_to_4h", inner, hidden),
            ("mlp.dense_4h_to_h", hidden, inner),
        ]:
            shapes[f"{prefix}.{name}.weight"] = (outputs, inputs)
            shapes[f"{prefix}.{name}.bias"] = (outputs,)
        for name in ["input_layernorm", "post_attention_layernorm"]:
            shapes[f"{prefix}.{name}.weight"] = (hidden,)
            shapes[f"{prefix}.{name}.bias"] = (hidden,)
    shapes["gpt_neox.final_layer_norm.weight"] = (hidden,)
    shapes["gpt_neox.final_layer_norm.bias"] = (hidden,)
    shapes["embed_out.weight"] = (vocabulary, hidden)
    return shapes


def fixed_checkpoint(config):
    """All parameters by name."""
    return {name: fixed_parameter(name, shape) for name, shape in parameter_shapes(config).items()}


def main():
    """Compares a file's bytes with the values computed here."""
    path, which = sys.argv[1:]
    expected = fixed_checkpoint({"self-test": SELF_TEST_CONFIG, "wide": WIDE_CONFIG}[which])
    found = load_file(path)
    if set(found) != set(expected):
        sys.exit(f"the names differ: {sorted(set(found) ^ set(expected))}")
    different = [name for name in expected if found[name].tobytes() != expected[name].tobytes()]
    if different:
        sys.exit(f"{len(different)} parameters differ: {different}")
    print(f"{len(expected)} parameters, {sum(map(numpy.size, expected.values()))} values: every bit is the same")


if __name__ == "__main__":
    main()
