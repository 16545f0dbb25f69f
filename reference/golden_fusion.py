"""Writes golden/fusion.json: Fisher and RegMean soups of bundled checkpoints, made by PyTorch and its autograd alone.

    python reference/golden_fusion.py

Each case tells its ingredients, its parameters, the windows of tokens it looks at, the perplexity of the soup on the default
notebook's documents, and of each tensor of the soup its norm and 16 sums of (soup - mean of the ingredients) under signs that follow
from the tensor's name: bit k of token i of the stream "sign NAME", drawn from 65,536, makes entry i of sum k negative. For two soups
a and b the mean square of the differences of these sums estimates norm(a - b)^2.

Everything is computed in float64, from float16 checkpoints.
"""

import json

import common
import numpy
import torch
from fixed_model import fixed_tokens
from golden_nll import perplexity_of

SUMS = 16
PAIR = ["step7000", "step8000"]
TRIO = ["step1000", "step7000", "step8000"]


def passages():
    """Unlabelled text of our own, five windows and a bit."""
    return (common.ROOT / "reference/continuation-passages.txt").read_text(encoding="utf-8")[:5000]


def item_windows(count):
    """Context and right answer of bundled items, encoded as lm-evaluation-harness encodes pairs."""
    encode = common.tokenizer().encode
    windows = []
    for line in (common.ROOT / "public/tasks/piqa_style.jsonl").read_text(encoding="utf-8").splitlines()[:count]:
        item = json.loads(line)
        context = f"Question: {item['goal']}\nAnswer:"
        whole = encode(f"{context} {[item['sol1'], item['sol2']][item['label']]}")
        windows.append({"tokens": whole[:-1], "targets": whole[1:], "from": len(encode(context)) - 1})
    return windows


def text_windows():
    """The passages by the rolling convention: a prefix token in front, each token scored once, the last window reaching back."""
    tokens = common.tokenizer().encode(passages())
    row = [common.PREFIX, *tokens]
    windows = []
    for done in range(0, len(tokens), common.WINDOW):
        end = min(done + common.WINDOW, len(tokens))
        start = max(0, end - common.WINDOW)
        windows.append({"tokens": row[start:end], "targets": tokens[start:end], "from": done - start})
    return windows


def load(name):
    return common.build(common.run_config(), common.checkpoint(name)).double()


def file_names(model):
    """Parameters by the names that the file has; transformers 5 renamed the head."""
    return {name.replace("lm_head.", "embed_out."): parameter for name, parameter in model.named_parameters()}


def scored_nll(model, window):
    logits = model(torch.tensor([window["tokens"]])).logits[0]
    nll = torch.nn.functional.cross_entropy(logits, torch.tensor(window["targets"]), reduction="none")
    return nll[window["from"] :].sum()


def fisher_information(model, windows, floor, normalise):
    """The mean over windows of the squared gradient of a window's total NLL."""
    parameters = file_names(model)
    fisher = {name: torch.zeros_like(parameter) for name, parameter in parameters.items()}
    for window in windows:
        model.zero_grad()
        scored_nll(model, window).backward()
        for name, parameter in parameters.items():
            fisher[name] += parameter.grad**2 / len(windows)
    if normalise:
        mean = sum(values.sum() for values in fisher.values()) / sum(values.numel() for values in fisher.values())
        fisher = {name: values / mean for name, values in fisher.items()}
    return {name: values.clamp(min=floor) for name, values in fisher.items()}


def fisher_soup(ingredients, windows, floor, normalise):
    models = [load(name) for name in ingredients]
    fishers = [fisher_information(model, windows, floor, normalise) for model in models]
    thetas = [file_names(model) for model in models]
    soup = {}
    for name in thetas[0]:
        total = sum(fisher[name] for fisher in fishers)
        mixed = sum(fisher[name] * theta[name].detach() for fisher, theta in zip(fishers, thetas)) / total
        soup[name] = torch.where(total > 0, mixed, sum(theta[name].detach() for theta in thetas) / len(thetas))
    return soup


@torch.no_grad()
def gram_matrices(model, windows):
    """X^T X of what each linear layer reads where a token is scored."""
    grams = {}
    current = {}

    def record(name):
        def hook(_module, inputs):
            x = inputs[0].reshape(-1, inputs[0].shape[-1])[current["from"] :]
            grams[name] = grams.get(name, 0) + x.T @ x

        return hook

    hooks = [
        module.register_forward_pre_hook(record(name.replace("lm_head", "embed_out") + ".weight"))
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear)
    ]
    for window in windows:
        current["from"] = window["from"]
        model(torch.tensor([window["tokens"]]))
    for hook in hooks:
        hook.remove()
    return grams


@torch.no_grad()
def regmean_soup(ingredients, windows, scale, ridge):
    models = [load(name) for name in ingredients]
    thetas = [file_names(model) for model in models]
    grams = [gram_matrices(model, windows) for model in models]
    soup = {name: sum(theta[name] for theta in thetas) / len(thetas) for name in thetas[0]}
    for name in grams[0]:
        scaled = [scale * gram[name] + (1 - scale) * torch.diag(torch.diag(gram[name])) for gram in grams]
        total = sum(scaled)
        total += ridge * torch.diag(total).mean() * torch.eye(len(total))
        right = sum(gram @ theta[name].T for gram, theta in zip(scaled, thetas))
        right += ridge * torch.diag(sum(scaled)).mean() * soup[name].T  # the ridge pulls towards the mean
        soup[name] = torch.linalg.solve(total, right).T
    return soup


def summary(name, values, mean):
    """The norm of a tensor and the sums of its difference from the mean, see above."""
    bits = numpy.array(fixed_tokens(f"sign {name}", values.numel(), 65_536))
    difference = (values - mean).detach().numpy().ravel()
    sums = [float(difference @ numpy.where(bits >> k & 1, -1.0, 1.0)) for k in range(SUMS)]
    return {"norm": common.rounded(values.norm().item()), "sums": common.rounded(sums)}


def case(method, ingredients, windows, soup, **parameters):
    thetas = [common.checkpoint(name) for name in ingredients]
    mean = {name: sum(theta[name].double() for theta in thetas) / len(thetas) for name in soup}
    model = common.build(common.run_config(), {name: values.detach().float() for name, values in soup.items()})
    return {
        "method": method,
        "ingredients": ingredients,
        "parameters": parameters,
        "windows": windows,
        "perplexity": perplexity_of(model, common.documents()),
        "tensors": {name: summary(name, values, mean[name]) for name, values in soup.items()},
    }


def fisher_case(ingredients, windows, **parameters):
    return case("fisher", ingredients, windows, fisher_soup(ingredients, windows, **parameters), **parameters)


def regmean_case(ingredients, windows, **parameters):
    return case("regmean", ingredients, windows, regmean_soup(ingredients, windows, **parameters), **parameters)


def main():
    items, text = item_windows(24), text_windows()
    common.write(
        "fusion.json",
        {
            "versions": common.versions(),
            "passages": len(passages()),
            "Fisher from items": fisher_case(PAIR, items, floor=1e-6, normalise=True),
            # biases of keys have no gradient: without a floor, rounding would mix them
            "Fisher from a text, as it is": fisher_case(TRIO, text, floor=1e-8, normalise=False),
            "RegMean": regmean_case(PAIR, text, scale=0.9, ridge=0.0),
            "RegMean of three, with a ridge": regmean_case(TRIO, text, scale=0.5, ridge=1e-3),
        },
    )


if __name__ == "__main__":
    main()
