"""Step 3 of 3: train pico, a small GPT-NeoX model, and save checkpoints along the way.

    python models/pico/train/train.py CORPUS RUN --steps 8000 --hours 8
    python models/pico/train/train.py CORPUS RUN --cooldown 8000 800

CORPUS is the folder that prepare.py and bpe.py filled. RUN receives config.json, train.log.jsonl (one line is
appended per checkpoint) and stepN/model.safetensors: fp16, with the parameter names of Hugging Face's
GPTNeoXForCausalLM.

The first command is the run itself: a short warm-up, then a constant learning rate, so that neighbouring
late checkpoints lie on one plateau and averaging them pays. It ends after --steps steps or --hours hours,
whichever comes first. The second continues from a saved checkpoint with the rate falling to zero and saves
one checkpoint, stepN-cooldown: what a decayed rate gives, to compare an average with.

The same seeds on the same corpus give the same weights on the same kind of machine; other processors and
other numbers of threads round differently. See prepare.py for the three steps in order.
"""

from __future__ import annotations

import argparse
import json
import math
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

SEED = 0
THREADS = 2
DOMAINS = ("textbooks", "books")
DOMAIN_WEIGHT = {"textbooks": 3, "books": 1}  # a textbook token is drawn three times as often as another

ROTARY_SHARE = 0.25
ROTARY_BASE = 10000
INITIAL_DEVIATION = 0.02

BETAS = (0.9, 0.95)
WEIGHT_DECAY = 0.1
GRADIENT_CLIP = 1.0
WARM_UP_STEPS = 200
COOLDOWN_WARM_UP_STEPS = 50  # the optimiser starts afresh, so the branch too is warmed up

EARLY_CHECKPOINTS = {0, 125, 250, 500}
HELD_OUT_BATCHES = 3
HELD_OUT_BATCH = 32  # windows per batch of the held-out evaluation
RUNNING_LOSS_KEEPS = 0.98
RUNNING_LOSS_TAKES = 0.02
REPORT_EVERY = 100


@dataclass(frozen=True)
class Shape:
    """The size of a model."""

    vocabulary: int
    width: int
    layers: int
    heads: int
    window: int

    @property
    def head_width(self) -> int:
        """Width of one attention head."""
        return self.width // self.heads

    @property
    def rotary_width(self) -> int:
        """How many of a head's dimensions are rotated."""
        return int(self.head_width * ROTARY_SHARE)

    def config(self) -> dict[str, object]:
        """Return the config.json of the Hugging Face format."""
        return {
            "architectures": ["GPTNeoXForCausalLM"],
            "model_type": "gpt_neox",
            "vocab_size": self.vocabulary,
            "hidden_size": self.width,
            "num_hidden_layers": self.layers,
            "num_attention_heads": self.heads,
            "intermediate_size": 4 * self.width,
            "hidden_act": "gelu",
            "rotary_pct": ROTARY_SHARE,
            "rotary_emb_base": ROTARY_BASE,
            "max_position_embeddings": self.window,
            "layer_norm_eps": 1e-5,
            "use_parallel_residual": True,
            "tie_word_embeddings": False,
            "bos_token_id": 0,
            "eos_token_id": 0,
            "torch_dtype": "float16",
        }


class Rotary(nn.Module):
    """Rotary position embedding of the first dimensions of each head, and the causal mask beside it."""

    def __init__(self, shape: Shape) -> None:
        """Tabulate the angles of all positions."""
        super().__init__()
        width = shape.rotary_width
        frequencies = 1.0 / ROTARY_BASE ** (torch.arange(0, width, 2).float() / width)
        angles = torch.outer(torch.arange(shape.window).float(), frequencies)
        mask = torch.full((shape.window, shape.window), float("-inf")).triu(1)
        self.width = width
        self.register_buffer("cosines", torch.cat([angles.cos(), angles.cos()], -1), persistent=False)
        self.register_buffer("sines", torch.cat([angles.sin(), angles.sin()], -1), persistent=False)
        self.register_buffer("mask", mask, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Rotate queries or keys of shape (batch, head, position, head width)."""
        rotated = x[..., : self.width]
        passed = x[..., self.width :]
        half = self.width // 2
        swapped = torch.cat([-rotated[..., half:], rotated[..., :half]], -1)
        cosines = self.cosines.to(rotated.dtype)
        sines = self.sines.to(rotated.dtype)
        return torch.cat([rotated * cosines + swapped * sines, passed], -1)


class Attention(nn.Module):
    """Causal self-attention."""

    def __init__(self, shape: Shape, rotary: Rotary) -> None:
        """Make the projections."""
        super().__init__()
        self.heads = shape.heads
        self.head_width = shape.head_width
        self.rotary = rotary
        self.query_key_value = nn.Linear(shape.width, 3 * shape.width)
        self.dense = nn.Linear(shape.width, shape.width)

    def forward(self, x: Tensor) -> Tensor:
        """Let each position look at itself and those before it."""
        batch, positions, width = x.shape
        projected = self.query_key_value(x).view(batch, positions, self.heads, 3 * self.head_width)
        query, key, value = projected.transpose(1, 2).split(self.head_width, -1)
        scores = (self.rotary(query) @ self.rotary(key).transpose(-1, -2)) / math.sqrt(self.head_width)
        scores = scores + self.rotary.mask.to(x.dtype)
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, positions, width)
        return self.dense(mixed)


class MLP(nn.Module):
    """The two-layer feed-forward part."""

    def __init__(self, shape: Shape) -> None:
        """Make the projections."""
        super().__init__()
        self.dense_h_to_4h = nn.Linear(shape.width, 4 * shape.width)
        self.dense_4h_to_h = nn.Linear(4 * shape.width, shape.width)

    def forward(self, x: Tensor) -> Tensor:
        """Widen, bend, narrow."""
        return self.dense_4h_to_h(F.gelu(self.dense_h_to_4h(x)))


class Layer(nn.Module):
    """A transformer layer with attention and feed-forward side by side (parallel residual)."""

    def __init__(self, shape: Shape, rotary: Rotary) -> None:
        """Make the parts; their order is the order of the parameters in the file."""
        super().__init__()
        self.input_layernorm = nn.LayerNorm(shape.width)
        self.post_attention_layernorm = nn.LayerNorm(shape.width)
        self.attention = Attention(shape, rotary)
        self.mlp = MLP(shape)

    def forward(self, x: Tensor) -> Tensor:
        """Add both parts to the residual stream."""
        return x + self.attention(self.input_layernorm(x)) + self.mlp(self.post_attention_layernorm(x))


class Body(nn.Module):
    """Everything before the output head."""

    def __init__(self, shape: Shape) -> None:
        """Make embedding, layers and the last norm."""
        super().__init__()
        rotary = Rotary(shape)
        self.embed_in = nn.Embedding(shape.vocabulary, shape.width)
        self.layers = nn.ModuleList(Layer(shape, rotary) for _ in range(shape.layers))
        self.final_layer_norm = nn.LayerNorm(shape.width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Turn token numbers into the last hidden states."""
        x = self.embed_in(tokens)
        for layer in self.layers:
            x = layer(x)
        return self.final_layer_norm(x)


class NeoX(nn.Module):
    """GPT-NeoX with an untied output head."""

    def __init__(self, shape: Shape) -> None:
        """Make the parts and draw the initial weights."""
        super().__init__()
        self.gpt_neox = Body(shape)
        self.embed_out = nn.Linear(shape.width, shape.vocabulary, bias=False)
        self.initialise(shape)

    def initialise(self, shape: Shape) -> None:
        """Draw the matrices, those that write into the residual stream smaller, and clear the biases."""
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2:
                into_residual = name.endswith(("attention.dense.weight", "dense_4h_to_h.weight"))
                shrink = math.sqrt(2 * shape.layers) if into_residual else 1
                nn.init.normal_(parameter, 0, INITIAL_DEVIATION / shrink)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, tokens: Tensor, targets: Tensor) -> Tensor:
        """Return the mean loss per token, in nats."""
        logits = self.embed_out(self.gpt_neox(tokens)).float()
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.reshape(-1))


def mixed_precision_loss(model: NeoX, tokens: Tensor, targets: Tensor) -> Tensor:
    """Return the loss, computed in bfloat16 where that is safe."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return model(tokens, targets)


class Sampler:
    """Draws random windows from the two domains."""

    def __init__(self, corpus: Path, batch: int, window: int, seed: int) -> None:
        """Read the training streams and work out how often each domain is to be drawn."""
        self.batch = batch
        self.window = window
        self.random = np.random.default_rng(seed)
        self.streams = {domain: read_stream(corpus, domain, "train") for domain in DOMAINS}
        weights = {domain: len(stream) * DOMAIN_WEIGHT[domain] for domain, stream in self.streams.items()}
        total = sum(weights.values())
        self.shares = {domain: weight / total for domain, weight in weights.items()}

    def draw(self) -> tuple[Tensor, Tensor]:
        """Return a batch of windows and, shifted by one token, what they should predict."""
        rows = []
        for _ in range(self.batch):
            domain = "textbooks" if self.random.random() < self.shares["textbooks"] else "books"
            stream = self.streams[domain]
            start = self.random.integers(0, len(stream) - self.window - 1)
            rows.append(stream[start : start + self.window + 1])
        windows = torch.from_numpy(np.stack(rows).astype(np.int64))
        return windows[:, :-1], windows[:, 1:]


def read_stream(corpus: Path, domain: str, split: str) -> np.ndarray:
    """Read the token numbers that bpe.py wrote."""
    return np.fromfile(corpus / f"{domain}.{split}.bin", np.uint16)


def read_held_out(corpus: Path, window: int) -> dict[str, tuple[Tensor, Tensor]]:
    """Return the first held-out windows of both domains and what they should predict."""
    needed = window * HELD_OUT_BATCHES * HELD_OUT_BATCH + 1
    held_out = {}
    for domain in DOMAINS:
        stream = read_stream(corpus, domain, "heldout")
        if len(stream) < needed:
            sys.exit(f"{domain}.heldout.bin has {len(stream)} tokens; the evaluation needs {needed}")
        tokens = torch.from_numpy(stream[:needed].astype(np.int64))
        held_out[domain] = (tokens[:-1].view(-1, window), tokens[1:].view(-1, window))
    return held_out


@torch.no_grad()
def evaluate(model: NeoX, held_out: dict[str, tuple[Tensor, Tensor]]) -> dict[str, float]:
    """Return the held-out loss per token of both domains."""
    model.eval()
    losses = {}
    for domain, (tokens, targets) in held_out.items():
        total = 0.0
        for batch in range(HELD_OUT_BATCHES):
            rows = slice(batch * HELD_OUT_BATCH, (batch + 1) * HELD_OUT_BATCH)
            total += mixed_precision_loss(model, tokens[rows], targets[rows]).item()
        losses[domain] = total / HELD_OUT_BATCHES
    model.train()
    return losses


def write_safetensors(path: Path, model: NeoX) -> None:
    """Save the weights as fp16, in the order of the model's parts."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    chunks = []
    offset = 0
    for name, tensor in model.state_dict().items():
        data = tensor.detach().half().contiguous().numpy().tobytes()
        end = offset + len(data)
        header[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": [offset, end]}
        chunks.append(data)
        offset = end
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-len(encoded) % 8)
    path.write_bytes(struct.pack("<Q", len(encoded)) + encoded + b"".join(chunks))


def read_safetensors(path: Path) -> dict[str, Tensor]:
    """Read weights that write_safetensors saved, as float32."""
    data = path.read_bytes()
    header_length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + header_length])
    body = data[8 + header_length :]
    weights = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        values = np.frombuffer(body[start:end], np.float16).reshape(entry["shape"])
        weights[name] = torch.from_numpy(values.astype(np.float32))
    return weights


def save_checkpoint(run: Path, name: str, model: NeoX, shape: Shape, log_line: dict[str, object]) -> None:
    """Save a checkpoint and the config, and append a line to the log."""
    folder = run / name
    folder.mkdir(parents=True, exist_ok=True)
    write_safetensors(folder / "model.safetensors", model)
    (run / "config.json").write_text(json.dumps(shape.config(), indent=2), encoding="utf-8")
    with open(run / "train.log.jsonl", "a", encoding="utf-8") as log:
        log.write(json.dumps(log_line) + "\n")


def make_optimiser(model: NeoX, rate: float) -> torch.optim.AdamW:
    """Return AdamW with weight decay on the matrices only."""
    matrices = [parameter for parameter in model.parameters() if parameter.ndim == 2]
    vectors = [parameter for parameter in model.parameters() if parameter.ndim < 2]
    groups = [
        {"params": matrices, "weight_decay": WEIGHT_DECAY},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=rate, betas=BETAS)


def constant_rate(step: int, rate: float) -> float:
    """Return the rate of the main run: a linear warm-up, then constant."""
    return rate * min(1, (step + 1) / WARM_UP_STEPS)


def cooldown_rate(step: int, rate: float, start: int, steps: int) -> float:
    """Return the rate of the branch: a brief warm-up, and a straight line down to zero."""
    warm_up = min(1, (step - start + 1) / COOLDOWN_WARM_UP_STEPS)
    return rate * (warm_up * (start + steps - step) / steps)


def describe(losses: dict[str, float]) -> str:
    """Write held-out losses as perplexities."""
    return ", ".join(f"{domain} {math.exp(loss):.2f}" for domain, loss in losses.items())


class Trainer:
    """A training run: the model, its data and where it stands."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        """Make the model, or load the checkpoint that the branch starts from."""
        torch.set_num_threads(THREADS)
        torch.manual_seed(SEED)
        self.run: Path = arguments.run
        self.rate: float = arguments.lr
        self.tokens_per_step: int = arguments.batch * arguments.seq
        self.shape = Shape(arguments.vocab, arguments.dim, arguments.layers, arguments.heads, arguments.seq)
        self.model = NeoX(self.shape)
        self.step = 0
        seed = SEED
        if arguments.cooldown:
            self.step = arguments.cooldown[0]
            seed = self.step
            self.model.load_state_dict(read_safetensors(self.run / f"step{self.step}" / "model.safetensors"))
        self.optimiser = make_optimiser(self.model, self.rate)
        self.sampler = Sampler(arguments.corpus, arguments.batch, arguments.seq, seed)
        self.held_out = read_held_out(arguments.corpus, arguments.seq)
        self.training_loss: float | None = None
        self.first_step = self.step
        self.started = time.time()
        parameters = sum(parameter.numel() for parameter in self.model.parameters())
        mix = {domain: round(share, 3) for domain, share in self.sampler.shares.items()}
        print(f"{parameters} parameters, mix {mix}", flush=True)

    def seconds(self) -> float:
        """Return how long the run has been going."""
        return time.time() - self.started

    def take_step(self, rate: float) -> None:
        """Draw a batch and take one optimiser step at the given rate."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        tokens, targets = self.sampler.draw()
        loss = mixed_precision_loss(self.model, tokens, targets)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), GRADIENT_CLIP)
        self.optimiser.step()
        self.step += 1
        latest = loss.item()
        if self.training_loss is None:
            self.training_loss = latest
        else:
            self.training_loss = RUNNING_LOSS_KEEPS * self.training_loss + RUNNING_LOSS_TAKES * latest
        if self.step % REPORT_EVERY == 0:
            speed = (self.step - self.first_step) * self.tokens_per_step / self.seconds()
            print(f"step {self.step}: loss {self.training_loss:.4f}, {speed:.0f} tokens/s", flush=True)

    def checkpoint(self, branch: bool) -> None:
        """Evaluate, save and log the model as it is now."""
        losses = evaluate(self.model, self.held_out)
        log_line: dict[str, object] = {
            "step": f"{self.step}-cooldown" if branch else self.step,
            "tokens": self.step * self.tokens_per_step,
            "train_loss": self.training_loss,
        }
        if not branch:
            log_line["hours"] = self.seconds() / 3600
        for domain, loss in losses.items():
            log_line[f"heldout_{domain}"] = loss
        name = f"step{log_line['step']}"
        save_checkpoint(self.run, name, self.model, self.shape, log_line)
        print(f"saved {name}: perplexity {describe(losses)}", flush=True)

    def train(self, steps: int | None, hours: float, every: int) -> None:
        """Run the main schedule, saving the early checkpoints and then one every `every` steps."""
        while True:
            if self.step in EARLY_CHECKPOINTS or self.step % every == 0:
                self.checkpoint(branch=False)
            if self.step == steps or self.seconds() > hours * 3600:
                break
            self.take_step(constant_rate(self.step, self.rate))

    def cool_down(self, steps: int) -> None:
        """Run the branch with the falling rate and save its end."""
        start = self.step
        while self.step < start + steps:
            self.take_step(cooldown_rate(self.step, self.rate, start, steps))
        self.checkpoint(branch=True)

    def bench(self) -> None:
        """Measure the speed: ten steps after two to warm up, nothing saved."""
        for _ in range(2):
            self.take_step(constant_rate(self.step, self.rate))
        measured_from = time.time()
        for _ in range(10):
            self.take_step(constant_rate(self.step, self.rate))
        print(f"{10 * self.tokens_per_step / (time.time() - measured_from):.0f} tokens/s")


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Train pico with a constant learning rate and save checkpoints along the way.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("corpus", type=Path, help="folder that prepare.py and bpe.py filled")
    parser.add_argument("run", type=Path, help="folder for checkpoints and log")
    parser.add_argument("--hours", type=float, default=2.0, help="stop the main run after this time")
    parser.add_argument("--steps", type=int, help="stop the main run after this many steps")
    parser.add_argument("--every", type=int, default=1000, help="steps from one checkpoint to the next")
    parser.add_argument("--dim", type=int, default=128, help="width of the model")
    parser.add_argument("--layers", type=int, default=6, help="number of layers")
    parser.add_argument("--heads", type=int, default=4, help="attention heads per layer")
    parser.add_argument("--vocab", type=int, default=4096, help="size of the vocabulary")
    parser.add_argument("--batch", type=int, default=32, help="windows per step")
    parser.add_argument("--seq", type=int, default=256, help="tokens per window")
    parser.add_argument("--lr", type=float, default=2e-3, help="learning rate after the warm-up")
    parser.add_argument(
        "--cooldown",
        type=int,
        nargs=2,
        metavar=("FROM", "STEPS"),
        help="instead of the main run: load stepFROM of RUN, start the optimiser afresh and let the rate "
        "fall linearly to zero over STEPS steps (runs to its end, whatever --hours says)",
    )
    parser.add_argument("--bench", action="store_true", help="only measure the speed")
    return parser.parse_args()


def main() -> None:
    """Run what the command line asks for."""
    arguments = parse_arguments()
    trainer = Trainer(arguments)
    if arguments.bench:
        trainer.bench()
    elif arguments.cooldown:
        trainer.cool_down(arguments.cooldown[1])
    else:
        trainer.train(arguments.steps, arguments.hours, arguments.every)


if __name__ == "__main__":
    main()
