"""Writes golden/nll.json and golden/self-test.json: per-token NLLs by transformers.

    python reference/golden_nll.py

GPTNeoXForCausalLM in float32 with eager attention, on windows cut by lm-evaluation-harness's own functions.
"""

import math

import common  # first: it keeps the libraries below from going to the network
import torch
from lm_eval.utils import get_rolling_token_windows, make_disjoint_window

from fixed_model import SELF_TEST_CONFIG, WIDE_CONFIG, fixed_checkpoint, fixed_tokens

SELF_TEST_ROWS = 2
SELF_TEST_LENGTH = 48


def rolling_nlls(model, tokens):
    """NLL of each token of a document, in the harness's rolling windows."""
    nlls = []
    for window in get_rolling_token_windows(tokens, common.PREFIX, common.WINDOW, context_len=1):
        context, targets = make_disjoint_window(window)
        inputs = context + targets[:-1]
        assert len(inputs) <= common.WINDOW
        nlls += common.token_nlls(model, inputs, targets)
    assert len(nlls) == len(tokens)
    return nlls


def perplexity_of(model, texts):
    """exp(NLL of all tokens / tokens), each text scored by itself."""
    tokenizer = common.tokenizer()
    nlls = [nll for text in texts for nll in rolling_nlls(model, tokenizer.encode(text))]
    return math.exp(math.fsum(nlls) / len(nlls))


def bundled(token_ids, long_ids):
    """What the bundled checkpoints and their soups say about the default notebook's documents."""
    results = {}
    for name, coefficients in common.MODELS.items():
        model = common.model_named(name)
        results[name] = {
            "coefficients": coefficients,
            "documents": [common.rounded(rolling_nlls(model, tokens)) for tokens in token_ids],
            "long": common.rounded(rolling_nlls(model, long_ids)),
        }
    return results


def fixed_model(config):
    """A transformers model of fixed parameters."""
    return common.build(config, {name: torch.from_numpy(values) for name, values in fixed_checkpoint(config).items()})


def fixed_rows(config, stream, rows, length):
    """The NLLs of `rows` rows of `length` tokens of a stream; each row takes one token more than it scores."""
    model = fixed_model(config)
    tokens = fixed_tokens(stream, rows * (length + 1), config["vocab_size"])
    nlls = []
    for start in range(0, len(tokens), length + 1):
        row = tokens[start : start + length + 1]
        nlls += common.token_nlls(model, row[:-1], row[1:])
    return {"tokens": tokens, "nll": common.rounded(nlls)}


def main():
    tokenizer = common.tokenizer()
    texts = common.documents()
    token_ids = [tokenizer.encode(text) for text in texts]
    long_ids = tokenizer.encode(common.long_document())
    assert len(long_ids) > 2 * common.WINDOW
    self_test = fixed_rows(SELF_TEST_CONFIG, "self-test", SELF_TEST_ROWS, SELF_TEST_LENGTH)
    common.write(
        "nll.json",
        {
            "versions": common.versions(),
            "text": common.notebook_text(),
            "documents": texts,
            "tokens": {"documents": token_ids, "long": long_ids},
            "models": bundled(token_ids, long_ids),
            "wide": fixed_rows(WIDE_CONFIG, "tokens", 1, WIDE_CONFIG["max_position_embeddings"]),
            "selfTest": self_test,
        },
    )
    common.write("self-test.json", {"versions": common.versions(), "nll": self_test["nll"]})


if __name__ == "__main__":
    main()
