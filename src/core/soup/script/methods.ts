/** Python: the formulas. */

export const linear = String.raw`
@torch.no_grad()
def merge(models, windows):
    """theta = sum_i c_i theta_i"""
    thetas = [parameters_of(model) for model in models]
    coefficients = [ingredient["coefficient"] for ingredient in INGREDIENTS]
    return {name: sum(c * theta[name] for c, theta in zip(coefficients, thetas)) for name in thetas[0]}
`;

export const fisher = String.raw`
def drawn(model, tokens, generator):
    """Targets that the model itself draws. Another generator draws others than the page did, so numbers agree roughly."""
    with torch.no_grad():
        p = model(torch.tensor([tokens])).logits[0].double().softmax(-1)
    return torch.multinomial(p, 1, generator=generator)[:, 0].tolist()


def information(model, windows):
    """The diagonal of the Fisher information: the mean over examples of the squared gradient of an example's total NLL."""
    theta = parameters_of(model)
    F = {name: torch.zeros_like(values) for name, values in theta.items()}
    generator = torch.Generator().manual_seed(SEED)
    for tokens, targets, first in windows:
        model.zero_grad()
        scored_nll(model, tokens, drawn(model, tokens, generator) if SAMPLED else targets, first).sum().backward()
        for name, values in theta.items():
            F[name] += values.grad**2 / len(windows)
    mean = sum(values.double().sum() for values in F.values()) / sum(values.numel() for values in F.values())
    scale = 1 / mean.item() if NORMALISED and mean > 0 else 1
    return {name: (values * scale).clamp(min=FLOOR) for name, values in F.items()}


def merge(models, windows):
    """theta = sum_i F_i theta_i / sum_i F_i; the mean where nothing is known. https://arxiv.org/abs/2111.09832"""
    Fs = [information(model, windows[:EXAMPLES]) for model in models]
    thetas = [{name: values.detach() for name, values in parameters_of(model).items()} for model in models]
    soup = {}
    for name in thetas[0]:
        total = sum(F[name] for F in Fs)
        mixed = sum(F[name] * theta[name] for F, theta in zip(Fs, thetas)) / total
        soup[name] = torch.where(total > 0, mixed, mean_of(thetas, name))
    return soup
`;

export const regmean = String.raw`
@torch.no_grad()
def gram_matrices(model, windows):
    """X^T X of what each linear layer reads where a token is scored, by the name of its weight; and whether the weight is [in, out]."""
    tied = model.get_output_embeddings().weight is model.get_input_embeddings().weight
    layers = {
        f"{name}.weight": module
        for name, module in model.named_modules()
        if isinstance(module, (torch.nn.Linear, Conv1D)) and not (tied and module is model.get_output_embeddings())
    }
    G, state = {}, {}

    def record(name):
        def hook(_module, inputs):
            X = inputs[0].reshape(-1, inputs[0].shape[-1])[state["first"] :].double()
            G[name] = G.get(name, 0) + X.T @ X

        return hook

    hooks = [module.register_forward_pre_hook(record(name)) for name, module in layers.items()]
    for tokens, _targets, state["first"] in windows:
        model(torch.tensor([tokens]))
    for hook in hooks:
        hook.remove()
    return G, {name for name, module in layers.items() if isinstance(module, Conv1D)}


@torch.no_grad()
def merge(models, windows):
    """W = mean + (sum_i G_i)^-1 sum_i G_i (W_i - mean) for each linear layer, off-diagonal entries scaled; everything else is
    averaged. https://arxiv.org/abs/2212.09849"""
    thetas = [parameters_of(model) for model in models]
    found = [gram_matrices(model, windows) for model in models]
    soup = {name: mean_of(thetas, name) for name in thetas[0]}
    for name in found[0][0]:
        G = [SCALE * grams[name] + (1 - SCALE) * grams[name].diag().diag() for grams, _ in found]
        turn = (lambda W: W) if name in found[0][1] else (lambda W: W.T)
        mean = turn(soup[name].double())
        right = sum(g @ (turn(theta[name].double()) - mean) for g, theta in zip(G, thetas))
        total = sum(G)
        total += RIDGE * total.diag().mean() * torch.eye(len(total), dtype=total.dtype)
        soup[name] = turn(mean + torch.linalg.solve(total, right)).float().contiguous()
    return soup
`;
