"""What the golden scripts share: the texts, the tokenizer, the models under test, and how a file is written."""

import hashlib
import json
import os
import re
import tempfile
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HOME", os.path.join(tempfile.gettempdir(), "stockpot-reference"))

import torch
from safetensors.torch import load_file, save_file
from transformers import GPTNeoXForCausalLM, PreTrainedTokenizerFast

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "reference" / "golden"
RUN = ROOT / "models" / "pico"
WINDOW = 256
PREFIX = 0

# Each model as the coefficients of bundled checkpoints. The test reads them from the golden files.
MODELS = {
    "step500": {"step500": 1},
    "step7000": {"step7000": 1},
    "step8000": {"step8000": 1},
    "uniform": {"step7000": 0.5, "step8000": 0.5},
    "distant": {"step500": 0.25, "step8000": 0.75},
}


def versions():
    """The versions of everything that made a number."""
    return {name: version(name) for name in ["torch", "transformers", "tokenizers", "lm-eval"]}


def notebook_text():
    """The text of the default notebook."""
    notebook = json.loads((ROOT / "public/notebooks/first-soup.json").read_text(encoding="utf-8"))
    [cell] = [cell for cell in notebook["cells"] if cell["kind"] == "text"]
    assert cell["split"] == "blank-lines"
    return cell["text"]


def documents():
    """The default notebook's documents: its text, cut at blank lines."""
    parts = re.split(r"\r?\n[ \t]*(?:\r?\n[ \t]*)+", notebook_text())
    return [part for part in parts if part.strip()]


def long_document():
    """All documents as one, longer than the model's window."""
    return "\n".join(documents())


def tokenizer():
    """The run's tokenizer, from its file alone."""
    marker = "<|endoftext|>"
    loaded = PreTrainedTokenizerFast(tokenizer_file=str(RUN / "tokenizer.json"), bos_token=marker, eos_token=marker)
    assert loaded.convert_tokens_to_ids(marker) == PREFIX
    assert PREFIX not in loaded.encode("A text."), "the tokenizer adds a token of its own"
    return loaded


def checkpoint(name):
    """A bundled checkpoint's tensors in float32."""
    stored = load_file(RUN / name / "model.safetensors")
    return {tensor: values.float() for tensor, values in stored.items()}


def average(coefficients):
    """sum_i c_i theta_i in float32, one checkpoint after the other, by torch."""
    total = None
    for name, coefficient in coefficients.items():
        scaled = {tensor: coefficient * values for tensor, values in checkpoint(name).items()}
        total = scaled if total is None else {tensor: total[tensor] + scaled[tensor] for tensor in total}
    return total


def load_folder(folder, tensors):
    """Loads a folder with transformers in float32 and makes sure that every weight is the one of the file."""
    model, report = GPTNeoXForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    for kind in ["missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs"]:
        assert not report.get(kind), f"{kind}: {report[kind]}"
    state = model.state_dict()
    heads = {"embed_out.weight": "lm_head.weight"}  # transformers 5 renamed the head
    for name, values in tensors.items():
        loaded = state[name if name in state else heads[name]]
        assert torch.equal(loaded, values.float()), f"{name} is not what the file says"
    assert torch.equal(model.get_output_embeddings().weight, tensors["embed_out.weight"].float())
    assert model.config._attn_implementation == "eager"
    return model.eval()


def build(config, tensors):
    """A transformers model of a configuration (a dict) and tensors by their names in a checkpoint."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "config.json").write_text(json.dumps({**config, "architectures": ["GPTNeoXForCausalLM"]}))
        save_file({name: values.contiguous() for name, values in tensors.items()}, Path(folder, "model.safetensors"), {"format": "pt"})
        model = load_folder(folder, tensors)
    head = config["hidden_size"] // config["num_attention_heads"]
    assert model.gpt_neox.rotary_emb.inv_freq.numel() == int(head * config["rotary_pct"]) // 2
    return model


def run_config():
    """The run's config.json."""
    return json.loads((RUN / "config.json").read_text())


def model_named(name):
    """One of MODELS, loaded."""
    return build(run_config(), average(MODELS[name]))


@torch.no_grad()
def token_nlls(model, inputs, targets):
    """NLL of each target, nats, where targets are the tokens that follow the last len(targets) inputs."""
    logits = model(torch.tensor([inputs])).logits[0, -len(targets) :]
    return torch.nn.functional.cross_entropy(logits, torch.tensor(targets), reduction="none").tolist()


def sha256(path):
    """Of a whole file."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def rounded(values, digits=7):
    """Numbers at `digits` significant digits, in lists of any depth."""
    if isinstance(values, list):
        return [rounded(value, digits) for value in values]
    return float(f"{values:.{digits}g}")


def write(name, content):
    """Writes a golden file, compactly, one top-level key a line."""
    GOLDEN.mkdir(exist_ok=True)
    lines = [f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'), ensure_ascii=False)}" for key, value in content.items()]
    path = GOLDEN / name
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")
