"""Writes golden/mutations.json and golden/mutations-torch.json: 10,000 damaged safetensors and 10,000 damaged .bin files, what the
reference readers (safetensors, torch.load with weights_only) say to each, and a hash of the tensors where they accept it.

    python reference/golden_mutations.py

The damage follows from the case's number, here and in src/core/checkpoint/weight-file-mutations.ts, byte for byte: change both.
"""

import base64
import hashlib
import io
import json
import multiprocessing
import re
import resource
import struct
import warnings
import zipfile
from collections import OrderedDict
from importlib.metadata import version
from pathlib import Path

import safetensors
import safetensors.torch
import torch

GOLDEN = Path(__file__).resolve().parent / "golden"
CASES = 10_000
WORD = 0xFFFFFFFF
WEIGHTS = {"F32", "F16", "BF16"}
DTYPES = {
    torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.float64: "F64", torch.int64: "I64",
    torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL",
}  # fmt: skip


# The generator of src/core/statistics/random.ts.


def seeded(seed):
    def mix(x):
        x = ((x ^ (x >> 16)) * 0x85EBCA6B) & WORD
        x = ((x ^ (x >> 13)) * 0xC2B2AE35) & WORD
        return x ^ (x >> 16)

    a, b, c, d = (mix((seed + i * 0x9E3779B9) & WORD) for i in range(1, 5))
    rotate = lambda x, by: ((x << by) | (x >> (32 - by))) & WORD

    while True:
        yield (rotate((b * 5) & WORD, 7) * 9) & WORD
        shifted = (b << 9) & WORD
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = rotate(d, 11)


class Chance:
    def __init__(self, seed):
        self.words = seeded(seed)

    def below(self, n):
        return (next(self.words) * n) >> 32

    def of(self, items):
        return items[self.below(len(items))]


# Damage to any bytes.


def splice(data, at, cut, put):
    return data[:at] + put + data[at + cut :]


def damage_bytes(data, chance, begin, end):
    """One change between two offsets."""
    at = begin + chance.below(max(1, end - begin))
    kind = chance.below(7)
    if kind == 0:
        return splice(data, at, 1, bytes([chance.below(256)]))
    if kind == 1:
        return splice(data, at, 1, bytes([(data[at] if at < len(data) else 0) ^ (1 << chance.below(8))]))
    if kind == 2:
        return splice(data, at, 0, bytes(chance.below(256) for _ in range(1 + chance.below(4))))
    if kind == 3:
        return splice(data, at, 1 + chance.below(4), b"")
    if kind == 4:
        return splice(data, at, 1, bytes([chance.of([0, 1, 2, 3, 4, 6, 8, 127, 128, 255])]))
    length = 1 + chance.below(24)
    copied = data[at : at + length]
    to = begin + chance.below(max(1, end - begin))
    if kind == 5:
        return splice(data, to, 0, copied)
    return splice(data, to, len(copied), copied) if chance.below(4) else data[:at]


# Damage to the header of a safetensors file, its length kept right.

NUMBERS = ["0", "1", "2", "3", "4", "6", "8", "12", "16", "24", "-1", "-0", "1.0", "2.0", "1e0", "4e0", "00", "08", "1e400", "9007199254740991", "9007199254740993", "18446744073709551615", "18446744073709551616", "null", '"4"', "[]", ""]  # fmt: skip
TYPES = ["BOOL", "F4", "F6_E2M3", "F6_E3M2", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "I16", "U16", "F16", "BF16", "I32", "U32", "F32", "C64", "F64", "I64", "U64", "C128", "f32", "F32 ", "", "F\\u00332"]  # fmt: skip
BLANKS = [" ", "\n", "\t", "\r", "\f", "\v", " \n ", "\u00a0", "\ufeff", "\0"]
MARKS = ["{", "}", "[", "]", ",", ":", '"', "", "{}", "[]", ",,"]
LETTERS = ["x", "\u00e9", "\U0001f372", "\\u0041", "\\ud800", "\\ud83c\\udf72", "\\n", "\n", "\\", "\\/", "\\x", '\\"', "\\u0000", "__metadata__"]
ENTRIES = [
    '"__metadata__":null,', '"__metadata__":{},', '"__metadata__":{"a":"b"},', '"__metadata__":{"a":1},', '"__metadata__":[],',
    '"z":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},', '"z":{"dtype":"F16","shape":[3,0],"data_offsets":[0,0]},',
    '"z":{"dtype":"U8","shape":[0,9007199254740993],"data_offsets":[0,0]},', '"z":{"dtype":"F4","shape":[0],"data_offsets":[4,4]},',
    '"z":["F32",[0],[0,0]],', '"z":{"dtype":{"F32":null},"shape":[0],"data_offsets":[0,0]},', '"z":null,', '"z":1,', '"__proto__":{},',
    '"z":{"dtype":"F32","shape":[1099511627776,1099511627776,0],"data_offsets":[0,0]},', '"z":{"dtype":"F32","shape":[0,1099511627776,1099511627776],"data_offsets":[0,0]},',
]  # fmt: skip
FIELDS = ['"note":1,', '"note":1.5,', '"note":-2,', '"note":"s",', '"note":[{}],', '"note":1e400,', '"note":true,', '"note":nul,', '"dtype":"F32",', '"shape":[2,3],', '"":"",']


def places(text, pattern):
    return [match.span() for match in re.finditer(pattern, text)]


def replaced(text, span, put):
    return text[: span[0]] + put + text[span[1] :]


def damage_header(text, chance):
    """One change to the header's text (a character a byte)."""
    kind = chance.below(10)
    if kind <= 1:
        span = chance.of(places(text, rb"[0-9]+"))
        number = int(text[span[0] : span[1]])
        near = [str(number + 1), str(max(0, number - 1)), str(2 * number), str(number // 2)]
        return replaced(text, span, (chance.of(near) if chance.below(2) else chance.of(NUMBERS)).encode())
    if kind == 2:
        spans = places(text, rb"[0-9]+")
        one, other = sorted([chance.of(spans), chance.of(spans)])
        if one == other:
            return text
        return text[: one[0]] + text[other[0] : other[1]] + text[one[1] : other[0]] + text[one[0] : one[1]] + text[other[1] :]
    if kind == 3:
        return replaced(text, chance.of(places(text, rb"F32|F16|BF16|I64|BOOL|U8") or [(0, 0)]), chance.of(TYPES).encode())
    marks = places(text, rb"[{}\[\],:]") or [(0, 0)]
    if kind == 4:
        at = chance.of(marks)[chance.below(2)]
        return replaced(text, (at, at), chance.of(BLANKS).encode())
    if kind == 5:
        return replaced(text, chance.of(marks), chance.of(MARKS).encode())
    if kind == 6:
        at = chance.of(places(text, rb'[a-z_.]"') or [(0, 0)])[0]
        return replaced(text, (at, at), chance.of(LETTERS).encode())
    at = text.find(b"{") + 1
    if kind == 7:
        return replaced(text, (at, at), chance.of(ENTRIES).encode())
    if kind == 8:
        at = chance.of(places(text, rb"\{") or [(0, 0)])[1]
        return replaced(text, (at, at), chance.of(FIELDS).encode())
    entries = places(text, rb'"[a-z.]*":\{[^{}]*\},')
    if not entries:
        return text
    begin, end = chance.of(entries)
    return replaced(text, (at, at), text[begin:end]) if chance.below(2) else replaced(text, (begin, end), b"")


def damaged_safetensors(bases, case):
    chance = Chance(case)
    data = bases[chance.below(len(bases))]
    for _ in range(1 + chance.below(3) // 2):
        length = min(len(data), 8 + int.from_bytes(data[:8], "little"))
        kind = chance.below(8)
        if kind == 0:
            data = damage_bytes(data, chance, 0, len(data))
        elif kind == 1:
            data = damage_bytes(data, chance, max(0, min(length, len(data) - 1)), len(data))
        elif len(data) > 8 and re.search(rb"[0-9]", data[8:length]):
            header = damage_header(data[8:length], chance)
            data = struct.pack("<Q", len(header)) + header + data[length:]
    return data


# Damage to a .bin file: to its bytes, or to what is in it.

OPCODES = b"(.012FIJKLMNPQRSTUVXabcdeghijlopqrstu}])\x80\x81\x82\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8f\x93\x94\x95BCG"
GLOBALS = ["torch\nFloatStorage", "torch\nHalfStorage", "torch\nBFloat16Storage", "torch\nLongStorage", "torch\nByteStorage", "torch\nSize", "collections\nOrderedDict", "torch._utils\n_rebuild_tensor_v2", "torch._utils\n_rebuild_parameter", "torch._utils\n_rebuild_tensor", "torch._utils\n_rebuild_tensor_v3", "torch\nQInt8Storage", "collections\nCounter", "builtins\neval", "os\nsystem", "posix\nsystem", "torch\nfloat32", "torch\nload", "__builtin__\nset", "\n"]  # fmt: skip


def zip_of(entries):
    """Stored entries, without checksums, which neither reader asks for."""
    out, directory = b"", b""
    for name, data in entries:
        fields = struct.pack("<HHHHHIIIHH", 0, 0x800, 0, 0, 0, 0, len(data), len(data), len(name), 0)
        directory += b"PK\1\2\0\0" + fields + struct.pack("<HHHII", 0, 0, 0, 0, len(out)) + name
        out += b"PK\3\4" + fields + name + data
    return out + directory + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, len(entries), len(entries), len(directory), len(out), 0)


def damage_pickle(data, chance):
    kind = chance.below(6)
    if kind == 0:
        return damage_bytes(data, chance, 0, len(data))
    if kind <= 2:
        at = chance.of(places(data, rb"(?s)K.") or [(0, 0)])[0] + 1
        return splice(data, at, 1, bytes([chance.below(12)]))
    if kind == 3:
        return splice(data, chance.below(max(1, len(data))), chance.below(2), bytes([chance.of(OPCODES)]))
    if kind == 4:
        span = chance.of(places(data, rb"(torch|collections)[a-z._]*\n[A-Za-z_0-9]*\n") or [(0, 0)])
        return replaced(data, span, chance.of(GLOBALS).encode() + b"\n")
    at = chance.of(places(data, rb"X\x01\x00\x00\x00[0-9]") or [(0, 0)])[1] - 1
    return splice(data, max(0, at), 1, bytes([48 + chance.below(8)]))


def damage_entries(entries, chance):
    """One change to the names or the bytes of an archive's entries."""
    kind = chance.below(12)
    table = [i for i, (name, _) in enumerate(entries) if name.endswith(b"data.pkl")]
    i = table[0] if kind < 9 and table else chance.below(len(entries))
    name, data = entries[i]
    if kind < 9:
        return entries[:i] + [(name, damage_pickle(data, chance))] + entries[i + 1 :]
    if kind == 9:
        return entries[:i] + [(name, damage_bytes(data, chance, 0, len(data)))] + entries[i + 1 :]
    if kind == 10:
        return entries[:i] + [(damage_bytes(name, chance, 0, len(name)), data)] + entries[i + 1 :]
    return entries[:i] + entries[i + 1 :] if chance.below(2) and len(entries) > 1 else [*entries, entries[i]]


def damaged_torch(bases, case):
    chance = Chance(case)
    base = bases[chance.below(len(bases))]
    if chance.below(2):
        data = base["bytes"]
        for _ in range(1 + chance.below(3) // 2):
            begin, end = chance.of(base["regions"])
            data = damage_bytes(data, chance, begin, end)
        return data
    entries = base["entries"]
    for _ in range(1 + chance.below(3) // 2):
        entries = damage_entries(entries, chance)
    return zip_of(entries)


# What the reference readers say.


def short_hash(tensors):
    """Of name, type, shape and bytes of each tensor of weights, and of name and type of the others."""
    whole = hashlib.sha256()
    for name, dtype, shape, data in sorted(tensors, key=lambda tensor: tensor[0].encode("utf-16-be")):
        whole.update(f"{name}\0{dtype}\0".encode())
        if dtype in WEIGHTS:
            whole.update(f"{','.join(map(str, shape))}\0".encode() + data)
    return whole.hexdigest()[:8]


def read_safetensors(data):
    try:
        tensors = safetensors.deserialize(data)
    except Exception:
        return "-"
    return short_hash([(name, info["dtype"], info["shape"], bytes(info["data"])) for name, info in tensors])


def state_dict(value):
    """Where src/core/checkpoint/torch/torch-file.ts looks for it."""
    keys = ["state_dict", "model_state_dict", "model", "module"]
    tables = [value, *(value.get(key) for key in keys)] if isinstance(value, dict) else []
    for table in tables:
        if isinstance(table, dict) and any(isinstance(item, torch.Tensor) for item in table.values()):
            return {key: item for key, item in table.items() if isinstance(item, torch.Tensor)}
    raise ValueError


def bytes_of(tensor):
    return tensor.detach().clone(memory_format=torch.contiguous_format).flatten().view(torch.uint8).numpy().tobytes() if tensor.numel() else b""


def without_id(data):
    """With zeros for the archive's number, which torch reads for its log and nothing else, and cannot read where it is no text."""
    info = zipfile.ZipFile(io.BytesIO(data)).getinfo("archive/.data/serialization_id")
    name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
    return splice(data, info.header_offset + 30 + name + extra, info.file_size, b"0" * info.file_size)


def load(data):
    try:
        return torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except UnicodeDecodeError:
        return torch.load(io.BytesIO(without_id(data)), map_location="cpu", weights_only=True)


def read_torch(data):
    try:
        tensors = state_dict(load(data))
        rows = [(name, DTYPES[tensor.dtype], tensor.shape) for name, tensor in tensors.items()]
        return short_hash([(*row, bytes_of(tensors[row[0]]) if row[1] in WEIGHTS else b"") for row in rows])
    except Exception:
        return "-"


def answer(jobs, pipe):
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    warnings.simplefilter("ignore")
    for data in jobs:
        pipe.send(read_torch(data))


def read_all_torch(files):
    """In a process of its own, started again where a damaged file ends it ("!")."""
    answers = []
    while len(answers) < len(files):
        here, there = multiprocessing.Pipe(False)
        worker = multiprocessing.get_context("fork").Process(target=answer, args=(files[len(answers) :], there), daemon=True)
        worker.start()
        there.close()
        try:
            while len(answers) < len(files):
                answers.append(here.recv() if here.poll(20) else "!")
                if answers[-1] == "!":
                    worker.kill()
                    break
        except EOFError:
            answers.append("!")
        worker.join()
    return answers


# The files that are damaged.


def safetensors_bases():
    tensors = {
        "embed.weight": torch.arange(12.0).reshape(4, 3) / 7,
        "norm.bias": torch.tensor([1.5, -2.25, 3e-8]).half(),
        "dense.weight": torch.tensor([[1.0, -1.0], [2.0, 0.5]]).bfloat16(),
        "mask": torch.tril(torch.ones(2, 2, dtype=torch.bool)),
    }
    few = {"a": torch.tensor([1.0, 2.0]), "b": torch.tensor([[3.0], [4.0]]).half(), "scalar": torch.tensor(5.0), "empty": torch.zeros(2, 0)}
    return [
        safetensors.torch.save(tensors, {"format": "pt"}),
        safetensors.torch.save(few),
        safetensors.torch.save({"w": torch.tensor([1.0, 2.0, 3.0]).half(), "steps": torch.tensor([7]), "last": torch.ones(1, dtype=torch.uint8)}),
    ]


def saved(value):
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


def torch_bases():
    torch.manual_seed(1)
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.LayerNorm(4))
    table = torch.arange(6.0).reshape(2, 3) / 3
    views = OrderedDict(
        table=table, tied=table, transposed=table.t(), column=table[:, 1], row=table[1], parameter=torch.nn.Parameter(torch.ones(2).bfloat16()),
        half=torch.tensor([[1.5, 2.5], [3.5, 4.5]]).half().t(), mask=torch.ones(3, dtype=torch.bool), scalar=torch.tensor(1.5), empty=torch.zeros(0, 3),
        double=torch.ones(2, dtype=torch.float64), steps=torch.tensor([1, 2, 3]),
    )  # fmt: skip
    training = {"model": module.half().state_dict(), "step": 70_000, "rate": 1e-3, "best": None, "done": False, "log": [1, "a", (2, 3)], "shape": torch.Size([2, 3]), "large": 2**40}
    return [saved(module.float().state_dict()), saved(views), saved(training), saved({"w": torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), "b": torch.tensor([1.0, 2.0]).half()})]


def torch_base(data):
    """Its table, its directory, and all of it; and its entries."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    begin = data.index(b"\x80\x02c") if b"\x80\x02c" in data else data.index(b"\x80\x02}")
    directory = data.index(b"PK\1\2")
    regions = [[begin, begin + archive.infolist()[0].file_size], [directory, len(data)], [0, len(data)]]
    return {"bytes": data, "regions": regions, "entries": [(name.encode(), archive.read(name)) for name in archive.namelist()]}


def write(name, about, bases, files, answers):
    golden = {**about, "bases": bases, "files": hashlib.sha256("".join(hashlib.sha256(file).hexdigest() for file in files).encode()).hexdigest(), "answers": " ".join(answers)}
    (GOLDEN / name).write_text(json.dumps(golden, indent=1) + "\n")
    print(name, sum(answer != "-" for answer in answers), "accepted", answers.count("!"), "ended the reader")


def main():
    encoded = lambda data: base64.b64encode(data).decode()
    bases = safetensors_bases()
    files = [damaged_safetensors(bases, case) for case in range(CASES)]
    write("mutations.json", {"safetensors": version("safetensors")}, [encoded(base) for base in bases], files, [read_safetensors(file) for file in files])
    bases = [torch_base(data) for data in torch_bases()]
    files = [damaged_torch(bases, case) for case in range(CASES)]
    shown = [{"bytes": encoded(base["bytes"]), "regions": base["regions"]} for base in bases]
    undamaged = [read_torch(base["bytes"]) for base in bases]
    write("mutations-torch.json", {"torch": version("torch"), "undamaged": undamaged}, shown, files, read_all_torch(files))


if __name__ == "__main__":
    main()
