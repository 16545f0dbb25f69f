"""The harness's own tasks on local rows, and its report in few numbers."""

from pathlib import Path

import common  # first: it keeps the libraries below from going to the network
import lm_eval.tasks
from lm_eval.tasks._yaml_loader import load_yaml

TASKS = Path(lm_eval.tasks.__file__).parent
FILES = {
    "piqa": "piqa/piqa.yaml",
    "winogrande": "winogrande/default.yaml",
    "hellaswag": "hellaswag/hellaswag.yaml",
    "arc_easy": "arc/arc_easy.yaml",
    "arc_challenge": "arc/arc_challenge.yaml",
    "openbookqa": "openbookqa/openbookqa.yaml",
    "boolq": "super_glue/boolq/default.yaml",
    "lambada_openai": "lambada/lambada_openai.yaml",
}


def file_of(name):
    """The YAML that defines a task in the harness."""
    return TASKS / FILES.get(name, f"mmlu/default/{name}.yaml")


def official_task(name, splits):
    """The definition the harness has of a task, with rows from local files; no other field is touched."""
    config = load_yaml(file_of(name), resolve_func=True)
    config.pop("tag", None)
    files = {split: str(path) for split, path in splits.items()}
    return {**config, "dataset_path": "json", "dataset_name": None, "dataset_kwargs": {"data_files": files}}


def summary(report, name):
    """Metrics, the log-likelihoods of each item's choices, and what was right."""
    samples = sorted(report["samples"][name], key=lambda sample: sample["doc_id"])
    metrics = {key.removesuffix(",none"): value for key, value in report["results"][name].items() if key.endswith(",none")}
    metrics.pop("perplexity_stderr", None)  # drawn at random
    return {
        **metrics,
        "right": "".join(str(int(sample["acc"])) for sample in samples),
        **({"rightNorm": "".join(str(int(sample["acc_norm"])) for sample in samples)} if "acc_norm" in metrics else {}),
        "logLikelihoods": common.rounded([[float(value) for value, _ in sample["filtered_resps"]] for sample in samples], 7),
    }
