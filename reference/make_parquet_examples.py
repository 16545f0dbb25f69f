"""Writes reference/parquet/*.parquet: made-up rows in the schema of each official dataset, as the Hub's converter types them
(Arrow's writer, snappy, 64-bit labels), a few KB each. Beside them the rows as JSON, which is what the page must read.
"""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = Path(__file__).resolve().parent / "parquet"

TEXT, NUMBER, TEXTS = pa.string(), pa.int64(), pa.list_(pa.string())
ANSWERS = pa.struct([("text", TEXTS), ("label", TEXTS)])

SCHEMAS = {
    "piqa": {"goal": TEXT, "sol1": TEXT, "sol2": TEXT, "label": NUMBER},
    "winogrande": {"sentence": TEXT, "option1": TEXT, "option2": TEXT, "answer": TEXT},
    "hellaswag": {
        "ind": pa.int32(), "activity_label": TEXT, "ctx_a": TEXT, "ctx_b": TEXT, "ctx": TEXT, "endings": TEXTS,
        "source_id": TEXT, "split": TEXT, "split_type": TEXT, "label": TEXT,
    },
    "arc": {"id": TEXT, "question": TEXT, "choices": ANSWERS, "answerKey": TEXT},
    "openbookqa": {"id": TEXT, "question_stem": TEXT, "choices": ANSWERS, "answerKey": TEXT},
    "sciq": {"question": TEXT, "distractor3": TEXT, "distractor1": TEXT, "distractor2": TEXT, "correct_answer": TEXT, "support": TEXT},
    "boolq": {"question": TEXT, "passage": TEXT, "answer": pa.bool_()},
    "mmlu": {"question": TEXT, "subject": TEXT, "choices": TEXTS, "answer": NUMBER},
    "lambada": {"text": TEXT},
}


def value(kind: pa.DataType, name: str, row: int) -> object:
    """A made-up value, with what is awkward now and then: other scripts, an empty text, lists of different lengths."""
    if pa.types.is_struct(kind):
        length = 3 + row % 3
        return {"text": [f"choice {i} of {row}" for i in range(length)], "label": list("ABCDE"[:length])}
    if pa.types.is_list(kind):
        return [f"{name} {i} of {row} – süß" for i in range(4)]
    if pa.types.is_boolean(kind):
        return row % 3 == 0
    if pa.types.is_integer(kind):
        return row % 4
    return "" if name in ("ctx_b", "support") and row % 5 == 0 else f"The {name} of row {row}, 水 & 🫕."


def rows_of(schema: dict[str, pa.DataType], count: int) -> list[dict]:
    return [{name: value(kind, name, row) for name, kind in schema.items()} for row in range(count)]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    rows = {}
    for i, (name, schema) in enumerate(SCHEMAS.items()):
        rows[name] = rows_of(schema, 12)
        table = pa.Table.from_pylist(rows[name], schema=pa.schema(schema))
        # Both names that Arrow has given to what a list consists of, and several row groups.
        pq.write_table(table, FOLDER / f"{name}.parquet", compression="snappy", row_group_size=5, use_compliant_nested_type=i % 2 == 0)
    (FOLDER / "rows.json").write_text(json.dumps(rows, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
