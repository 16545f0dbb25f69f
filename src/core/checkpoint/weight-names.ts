/** What files of weights are called. */

/** In the order of preference, as transformers looks for them. */
export const usualNames = ['model.safetensors', 'model.safetensors.index.json', 'pytorch_model.bin', 'pytorch_model.bin.index.json'];

/** What training leaves beside the weights under the same endings. */
const notWeights = /^(training_args|optimizer|scheduler|scaler|rng_state|random_states|adapter_model)[\W_]|-\d+-of-\d+\./;

export function isWeights(name: string): boolean {
  return /\.(safetensors|bin|pt|pth)$/.test(name) && !notWeights.test(name);
}

/** Whether there are weights among the files: then they were not meant as a notebook or a text. */
export function holdsWeights(paths: string[]): boolean {
  return paths.some((path) => isWeights(nameIn(path)) || usualNames.includes(nameIn(path)));
}

/** The last part of a path. */
export function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
