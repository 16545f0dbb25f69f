/** Python: checkpoints, brought and checked. */
export const loading = String.raw`
def checked(folder, files):
    """A folder whose weights are those the soup was made of."""
    for path, sha256 in files.items():
        found = hashlib.sha256((Path(folder) / path).read_bytes()).hexdigest()
        if found != sha256:
            raise SystemExit(f"{folder}/{path} has the sha256 {found}, and not {sha256}")
    return folder


def place(ingredient, folders):
    """Where an ingredient is loaded from: its folder, or its repository at the pinned commit."""
    if ingredient["name"] in folders:
        return {"pretrained_model_name_or_path": checked(folders[ingredient["name"]], ingredient["files"])}
    if ingredient["repo"] is None:
        raise SystemExit(f"say where it is: --checkpoint '{ingredient['name']}=FOLDER'")
    return {"pretrained_model_name_or_path": ingredient["repo"], "revision": ingredient["revision"]}


def load(ingredient, folders):
    """A model in 32 bits."""
    return AutoModelForCausalLM.from_pretrained(**place(ingredient, folders), attn_implementation="eager").float().eval()


def parameters_of(model):
    """Parameters by name; tied ones once."""
    return dict(model.named_parameters())


def mean_of(thetas, name):
    return sum(theta[name] for theta in thetas) / len(thetas)


def encode(tokenizer, text):
    """Ids without special tokens, and with what looks like one in the text read as text."""
    return tokenizer(text, add_special_tokens=False, split_special_tokens=True)["input_ids"] if text else []


def prefix_of(tokenizer, given):
    """The token in front of a text, as lm-evaluation-harness chooses it."""
    for token in [given, tokenizer.bos_token_id, tokenizer.eos_token_id]:
        if token is not None:
            return token
    raise SystemExit("the tokenizer names no token to put in front of a text: say it with --prefix ID")
`;
