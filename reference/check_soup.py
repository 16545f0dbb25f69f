"""Checks a soup that was exported from the notebook.

    python reference/check_soup.py SOUP.safetensors

Reads the recipe in the file, averages the recipe's checkpoints with torch, loads the file with transformers, and prints the
largest difference of any weight and the perplexity on the default notebook's text. Exits with 1 if a weight differs by more
than 1e-6 or if transformers refuses the file.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import common
from golden_nll import perplexity_of
from safetensors import safe_open
from safetensors.torch import load_file

TOLERANCE = 1e-6


def recipe_of(path):
    """The recipe that the notebook wrote into the file."""
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata() or {}
    if "stockpot.recipe" not in metadata:
        sys.exit("the file has no recipe in its metadata: it is not a soup from the notebook")
    return json.loads(metadata["stockpot.recipe"])


def coefficients_of(recipe):
    """The recipe's coefficients by the names of the bundled checkpoints, which are found by their hashes."""
    catalog = json.loads((common.ROOT / "models/catalog.json").read_text())
    [run] = [run for run in catalog["runs"] if run["name"] == common.RUN.name]
    names = {entry["sha256"]: entry["name"] for entry in run["checkpoints"]}
    coefficients = {}
    for ingredient in recipe["ingredients"]:
        if ingredient["sha256"] not in names:
            sys.exit(f"{ingredient['checkpoint']} ({ingredient['sha256']}) is not in models/catalog.json")
        name = names[ingredient["sha256"]]
        assert common.sha256(common.RUN / name / "model.safetensors") == ingredient["sha256"], f"{name} has changed"
        coefficients[name] = ingredient["coefficient"]
    return coefficients


def largest_difference(found, expected):
    """The largest absolute difference of any weight."""
    if set(found) != set(expected):
        sys.exit(f"the names differ: {sorted(set(found) ^ set(expected))}")
    return max((found[name].double() - expected[name].double()).abs().max().item() for name in expected)


def load(path, tensors):
    """The file as transformers loads it, beside the run's config.json."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(common.RUN / "config.json", folder)
        shutil.copy(path, Path(folder, "model.safetensors"))
        return common.load_folder(folder, tensors)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    path = sys.argv[1]
    recipe = recipe_of(path)
    coefficients = coefficients_of(recipe)
    tensors = load_file(path)
    difference = largest_difference(tensors, common.average(coefficients))
    try:
        model = load(path, tensors)
    except Exception as error:
        sys.exit(f"transformers refuses the file: {error}")
    print(f"soup: {recipe['soup']} ({recipe['method']})")
    print(f"recipe: {' + '.join(f'{coefficient:g} {name}' for name, coefficient in coefficients.items())}")
    print(f"largest difference from torch's average: {difference:.3g}")
    print(f"perplexity on the default text: {perplexity_of(model, common.documents()):.6f}")
    if difference > TOLERANCE:
        sys.exit(f"the difference exceeds {TOLERANCE:g}")


if __name__ == "__main__":
    main()
