"""Writes tokenizers/: small tokenizers of every kind that our architectures come with, and golden/tokenizers.json: their ids.

    python reference/golden_tokenizers.py

Each is trained here on texts of this repository and then given the settings of the tokenizer it is named after. The ids are those of
PreTrainedTokenizerFast, with control tokens in a text taken as text.
"""

import json

import common  # first: it keeps the libraries below from going to the network
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

FOLDER = common.ROOT / "reference" / "tokenizers"
SIZE = 700
SPACE = "\u2581"
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]

# How Llama 3 and Qwen2 cut a text before they merge: they differ in how many digits stay together.
WORDS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}%s| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"

AWKWARD = [
    "The old man put down his lamp and listened.",
    "  two spaces,\n\n\ta tab \u2014 and a dash ",
    "x",
    " ",
    "   ",
    "\n",
    "don't, we'LL, it's 12345 and 3.14159e-10",
    "A soup \U0001f372 with \U0001f469\u200d\U0001f469\u200d\U0001f467 and \U0001f1eb\U0001f1f7",
    "\u6599\u7406\u306f\u611b\u60c5\u3002\u6c64\u8981\u6162\u6162\u71ac\u3002",
    "\u039a\u03b1\u03bb\u03b7\u03bc\u03ad\u03c1\u03b1, \u043f\u0440\u0438\u0432\u0435\u0442, \u05e9\u05dc\u05d5\u05dd",
    "caf\u00e9 and cafe\u0301",
    "a\ufffdb",
    "<s>One story.</s><|endoftext|>Another.<|begin_of_text|>",
    "def f(x):\n    return x + 1\r\n",
    "trailing spaces   \n   and leading ones",
    f"the space mark {SPACE} itself",
    "\u00a0no-break\u3000wide\u200bzero",
]


def corpus():
    """Texts to train on."""
    passages = (common.ROOT / "reference" / "continuation-passages.txt").read_text(encoding="utf-8")
    return [*common.documents(), *passages.split("\n\n"), "caf\u00e9 don't 2024 def f(x):\n    return x"] * 3


def control(*names):
    return [AddedToken(name, special=True, normalized=False) for name in names]


def byte_level(pre_tokenizer, names, normalizer=None, **model):
    """Byte-level BPE: GPT-2's alphabet of 256 printable characters."""
    tokenizer = Tokenizer(models.BPE(**model))
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    if normalizer:
        tokenizer.normalizer = normalizer
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(corpus(), trainers.BpeTrainer(vocab_size=SIZE, special_tokens=control(*names), initial_alphabet=alphabet))
    return tokenizer


def gpt2():
    tokenizer = byte_level(pre_tokenizers.ByteLevel(add_prefix_space=False), ["<|endoftext|>"])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def smollm2():
    cut = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    return byte_level(cut, ["<|endoftext|>", "<|im_start|>", "<|im_end|>"])


def words_of(digits):
    split = pre_tokenizers.Split(Regex(WORDS % digits), "isolated")
    return pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def qwen2():
    tokenizer = byte_level(words_of(""), ["<|endoftext|>", "<|im_start|>", "<|im_end|>"], normalizers.NFC())
    tokenizer.add_tokens([AddedToken("    return", special=False, normalized=False)])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def llama3():
    tokenizer = byte_level(words_of("{1,3}"), ["<|end_of_text|>", "<|begin_of_text|>"], ignore_merges=True)
    begin = "<|begin_of_text|>"
    template = processors.TemplateProcessing(single=f"{begin} $A", special_tokens=[(begin, tokenizer.token_to_id(begin))])
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), template])
    return tokenizer


def sentencepiece_bpe():
    """BPE over characters, with a byte for each that is not in the vocabulary."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="first", split=True)
    names = ["<unk>", "<s>", "</s>"]
    tokenizer.train_from_iterator(corpus(), trainers.BpeTrainer(vocab_size=SIZE, special_tokens=[*names, *BYTES], limit_alphabet=90))
    return only_control(tokenizer, names)


def only_control(tokenizer, names):
    """The same with no token special but these: the bytes are ordinary ones."""
    tokenizer_json = json.loads(tokenizer.to_str())
    tokenizer_json["added_tokens"] = [token for token in tokenizer_json["added_tokens"] if token["content"] in names]
    return Tokenizer.from_str(json.dumps(tokenizer_json))


def with_begin(tokenizer):
    tokenizer.decoder = decoders.Sequence([decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return tokenizer


def llama2():
    """As transformers 4 turns a SentencePiece model into a file: a normalizer puts the mark in front."""
    tokenizer = with_begin(sentencepiece_bpe())
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend(SPACE), normalizers.Replace(" ", SPACE)])
    without = json.loads(tokenizer.to_str())
    without["pre_tokenizer"] = None
    return Tokenizer.from_str(json.dumps(without))


def tinyllama():
    """As it does it without the legacy behaviour: a pre-tokenizer does, before the first word."""
    tokenizer = with_begin(sentencepiece_bpe())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="first", split=False)
    return tokenizer


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement=SPACE, prepend_scheme="always")
    tokenizer.train_from_iterator(corpus(), trainers.UnigramTrainer(vocab_size=400, special_tokens=["<unk>", "</s>"], unk_token="<unk>"))
    return tokenizer


KINDS = [gpt2, smollm2, qwen2, llama3, llama2, tinyllama, unigram]


def golden(make):
    """Saves a tokenizer; its ids for the awkward texts, and what they stand for."""
    path = FOLDER / f"{make.__name__}.json"
    path.write_text(json.dumps(json.loads(make().to_str()), ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    fast = PreTrainedTokenizerFast(tokenizer_file=str(path))
    ids = [fast.encode(text, add_special_tokens=False, split_special_tokens=True) for text in AWKWARD]
    decoded = [fast.decode(row, clean_up_tokenization_spaces=False) for row in ids]
    return {"ids": ids, "decoded": decoded}


def main():
    FOLDER.mkdir(exist_ok=True)
    common.write("tokenizers.json", {"versions": common.versions(), "texts": AWKWARD, **{make.__name__: golden(make) for make in KINDS}})


if __name__ == "__main__":
    main()
