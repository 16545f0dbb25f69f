/** Gradients of models of fixed parameters against PyTorch's autograd (golden_gradients.py), on any backend: for tests in Node and in the browser. */
import { Checkpoint } from '../src/core/checkpoint/checkpoint';
import type { ModelConfig } from '../src/core/checkpoint/config';
import { exampleOf, gradients } from '../src/core/gradient/derived';
import { parametersOf } from '../src/core/gradient/parameters-of';
import { parameterShapes } from '../src/core/graph/architectures';
import type { Backend, Example } from '../src/core/scoring/backend';
import { fixedTokens } from '../src/core/scoring/fixed-model';
import { loadFixed } from './fixed-scores';

const rows = 2;

/** The file of a model's golden gradients, in golden/gradients. */
export function gradientFile(name: string): string {
  return `${name.replaceAll(',', '').replaceAll(' ', '-')}.safetensors`;
}

/** Both rows of a model's stream; every fifth token is not scored. @param length of a row */
export function goldenExamples(name: string, config: ModelConfig, length: number): Example[] {
  const tokens = fixedTokens(name, rows * (length + 1), config.vocab_size);
  return Array.from({ length: rows }, (_, row) => {
    const begin = row * (length + 1);
    const window = { tokens: tokens.slice(begin, begin + length), targets: tokens.slice(begin + 1, begin + length + 1), from: 0 };
    return { ...exampleOf(window), seed: Float32Array.from({ length }, (_, i) => ((row * length + i) % 5 === 0 ? 0 : 1)) };
  });
}

/** For each parameter `norm(a - b) / norm(b)`, b the golden gradient. */
export async function gradientErrors(backend: Backend, config: ModelConfig, name: string, length: number, golden: Blob): Promise<Record<string, number>> {
  await loadFixed(backend, config);
  const sums = await backend.accumulate(gradients({ drawn: false, squared: false }), goldenExamples(name, config, length), () => Promise.resolve());
  return errorsOf(sums, config, golden);
}

export async function errorsOf(sums: Map<string, Float32Array>, config: ModelConfig, golden: Blob): Promise<Record<string, number>> {
  const expected = await Checkpoint.open([golden], config, 'golden');
  const found = parametersOf(sums, 'd.', config);
  const errors: Record<string, number> = {};
  for (const name of parameterShapes(config).keys()) errors[name] = relativeNorm(found.get(name) as Float32Array, await expected.values(name));
  return errors;
}

export function relativeNorm(a: Float32Array, b: Float32Array): number {
  let [apart, whole] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    apart += (a[i] - b[i]) ** 2;
    whole += b[i] ** 2;
  }
  return Math.sqrt(apart / whole);
}
