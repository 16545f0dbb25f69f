"""Writes golden/gradients/*.safetensors: what PyTorch's autograd says of models of fixed parameters, one file for each.

    python reference/golden_gradients.py

The models and their tokens are those of golden_architectures.py, in float64 with eager attention. Each file holds, in float32, the
gradient of sum_i seed_i nll_i by every parameter, under its name; the NLLs of both rows are `nll`, float64. The seed of every fifth
token is 0, as where nothing is scored, and 1 for the others.
"""

import common  # first: it keeps the libraries below from going to the network
import torch
from safetensors.torch import save_file

from fixed_model import fixed_tokens
from golden_architectures import MODELS, ROWS, fixed_model

# One for each way through the code; the others differ in numbers only.
NAMES = [
    "gpt_neox",
    "gpt_neox, sequential and tied",
    "llama, tied, with biases and linear rope",
    "llama, one key head of its own width, llama3 rope",
    "gpt2",
    "gpt2, untied, exact gelu, attention scaled by layer",
    "olmo",
    "olmo2",
    "qwen2",
]


def gradients(name):
    """The tensors of one file."""
    model_type, settings, length = MODELS[name]
    settings = {key: value for key, value in settings.items() if key != "reorder_and_upcast_attn"}  # which knows no float64
    model, config, shapes = fixed_model(model_type, settings)
    model = model.double()
    model.get_input_embeddings().padding_idx = None  # OLMo's token 1 would have no gradient, although it is read like any other
    tokens = torch.tensor(fixed_tokens(name, ROWS * (length + 1), config["vocab_size"])).reshape(ROWS, length + 1)
    logits = model(input_ids=tokens[:, :-1]).logits
    nll = torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten(), reduction="none")
    seed = (torch.arange(nll.numel()) % 5 != 0).double()
    (seed * nll).sum().backward()
    return {**by_file_name(model, shapes), "nll": nll.detach()}


def by_file_name(model, shapes):
    """Gradients by the names and in the shapes of the file that save_pretrained writes."""
    found = {}
    for name, parameter in model.named_parameters():
        known = name if name in shapes else RENAMED.get(name, name)
        assert list(parameter.shape) == shapes[known], (name, known)
        found[known] = parameter.grad.float().contiguous()
    assert found.keys() == shapes.keys(), found.keys() ^ shapes.keys()
    return found


# transformers 5 calls GPT-NeoX's unembedding so while it is loaded
RENAMED = {"lm_head.weight": "embed_out.weight"}


def file_name(name):
    return name.replace(",", "").replace(" ", "-")


def main():
    folder = common.GOLDEN / "gradients"
    folder.mkdir(exist_ok=True)
    for name in NAMES:
        file = folder / f"{file_name(name)}.safetensors"
        save_file(gradients(name), file, {"model": name})
        file.chmod(0o644)


if __name__ == "__main__":
    main()
