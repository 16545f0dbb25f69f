/** Python: texts cut to windows, and scored. */
export const scoring = String.raw`
def documents_of(path, split):
    text = Path(path).read_text(encoding="utf-8").removeprefix("\ufeff")
    parts = re.split(r"\r?\n[ \t]*(?:\r?\n[ \t]*)+", text) if split == "blank-lines" else [text]
    return [part for part in parts if part.strip()]


def rolling(tokens, window, prefix):
    """lm-evaluation-harness's rolling log-likelihood: each token scored once, the last window reaching back for context."""
    row = [prefix, *tokens]
    for done in range(0, len(tokens), window):
        end = min(done + window, len(tokens))
        start = max(0, end - window)
        yield row[start:end], tokens[start:end], done - start


def strided(tokens, window, stride):
    """A window that slides; the first token is not scored."""
    done, start, step = 1, 0, min(stride, window - 1)
    while done < len(tokens):
        end = min(start + window, len(tokens))
        yield tokens[start : end - 1], tokens[start + 1 : end], done - start - 1
        done, start = end, start + step


def windows_of(tokenizer, documents, window, prefix):
    """(tokens, targets, the first target that is scored) for every window."""
    for document in documents:
        tokens = encode(tokenizer, document)
        yield from strided(tokens, window, STRIDE) if STRIDE else rolling(tokens, window, prefix)


def scored_nll(model, tokens, targets, first):
    """The NLL of each scored target, in nats."""
    logits = model(torch.tensor([tokens])).logits[0].float()
    return torch.nn.functional.cross_entropy(logits, torch.tensor(targets), reduction="none")[first:]


@torch.no_grad()
def perplexity(model, windows):
    nll, count = 0.0, 0
    for window in windows:
        scored = scored_nll(model, *window).double()
        nll, count = nll + scored.sum().item(), count + len(scored)
    return {"tokens": count, "nll": nll, "perplexity": math.exp(nll / count)}
`;
