/** Python: what the script does when it is run. */

/** Where windows for the method come from; a linear soup looks at none. */
export const noData = String.raw`
def data_windows(arguments, tokenizer, window, prefix):
    return []
`;

export const textData = String.raw`
def data_windows(arguments, tokenizer, window, prefix):
    """Of the text that the soup is made with."""
    if arguments.data is None:
        raise SystemExit("this soup is made with a text: --data FILE")
    return list(windows_of(tokenizer, documents_of(arguments.data, arguments.data_split), min(window, DATA_WINDOW), prefix))
`;

export const itemsData = String.raw`
def item_window(tokenizer, context, continuation, window, prefix):
    """As lm-evaluation-harness encodes a context and its continuation."""
    kept = context.rstrip()
    whole = encode(tokenizer, kept + context[len(kept) :] + continuation)
    front = encode(tokenizer, kept) if kept else [prefix]
    scored = whole[len(front) :] if kept else whole
    row = [*front, *scored][-(window + 1) :]
    return row[:-1], row[1:], max(0, len(row) - 1 - len(scored))


def data_windows(arguments, tokenizer, window, prefix):
    """Of the labelled items that the soup is made with: context and right answer."""
    return [item_window(tokenizer, context, answer, min(window, DATA_WINDOW), prefix) for context, answer in ITEMS]
`;

export const main = String.raw`
def main():
    parser = argparse.ArgumentParser(description=f"Makes the soup {SOUP!r}.")
    parser.add_argument("--checkpoint", action="append", default=[], metavar="NAME=FOLDER", help="the folder that has an ingredient")
    parser.add_argument("--data", metavar="FILE", help="the text that the soup is made with, where its method looks at one")
    parser.add_argument("--data-split", choices=["none", "blank-lines"], default="none", help="where a document of it ends")
    parser.add_argument("--text", metavar="FILE", help="prints the soup's perplexity on this text")
    parser.add_argument("--split", choices=["none", "blank-lines"], default="none", help="where a document of it ends")
    parser.add_argument("--prefix", type=int, metavar="ID", help="the token in front of a text, where the tokenizer names none")
    parser.add_argument("--out", metavar="FOLDER", help="saves the soup here")
    arguments = parser.parse_args()
    folders = dict(option.split("=", 1) for option in arguments.checkpoint)

    models = [load(ingredient, folders) for ingredient in INGREDIENTS]
    tokenizer = AutoTokenizer.from_pretrained(**place(INGREDIENTS[0], folders))
    prefix = prefix_of(tokenizer, arguments.prefix)
    window = min(models[0].config.max_position_embeddings, 2048)

    soup = merge(models, data_windows(arguments, tokenizer, window, prefix))
    model = models[0]
    with torch.no_grad():
        for name, values in parameters_of(model).items():
            values.copy_(soup[name])
    if arguments.text:
        windows = windows_of(tokenizer, documents_of(arguments.text, arguments.split), window, prefix)
        print(json.dumps(perplexity(model, windows)))
    if arguments.out:
        model.save_pretrained(arguments.out)
        tokenizer.save_pretrained(arguments.out)


if __name__ == "__main__":
    main()
`;
