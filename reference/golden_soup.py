"""Writes golden/soup.json: the uniform soup of step7000 and step8000, averaged by torch and scored by transformers.

    python reference/golden_soup.py
"""

import common
from golden_nll import perplexity_of

SHOWN = 4


def summary(values):
    """What a tensor comes to: its sum and its sum of squares in float64, and its first values."""
    exact = values.double().flatten()
    return {"sum": exact.sum().item(), "squares": exact.square().sum().item(), "first": exact[:SHOWN].tolist()}


def main():
    tensors = common.average(common.MODELS["uniform"])
    model = common.build(common.run_config(), tensors)
    common.write(
        "soup.json",
        {
            "versions": common.versions(),
            "coefficients": common.MODELS["uniform"],
            "documents": common.documents(),
            "perplexity": perplexity_of(model, common.documents()),
            "tensors": {name: summary(values) for name, values in tensors.items()},
        },
    )


if __name__ == "__main__":
    main()
