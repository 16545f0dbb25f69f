/** How the loss of a linear soup changes with its coefficients. */
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { ModelConfig } from '../checkpoint/config';
import { parameterShapes } from '../graph/architectures';
import { scoredTokens, type Window } from '../perplexity/windows';
import type { Backend, Example } from '../scoring/backend';
import { breathe, Pace, type Watch } from '../scoring/watch';
import { exampleOf, gradients } from './derived';
import { parametersOf } from './parameters-of';

export interface Slopes {
  /** mean NLL, nats per token */
  loss: number;
  /** d loss / d coefficient, per checkpoint */
  slopes: number[];
}

/**
 * With theta = sum_i c_i theta_i, d loss / d c_i is the dot product of d loss / d theta with theta_i: one gradient serves all.
 * Taken with the weights that were merged last.
 * @throws stopped
 */
export async function slopesOf(backend: Backend, config: ModelConfig, checkpoints: Checkpoint[], windows: Window[], doing: string, watch: Watch): Promise<Slopes> {
  const pace = new Pace(watch, doing, windows.length);
  const examples = function* (): Iterable<Example> {
    for (const window of windows) yield exampleOf(window);
  };
  const sums = await backend.accumulate(gradients({ drawn: false, squared: false }), examples(), async () => {
    pace.step();
    await breathe();
    watch.checkStopped();
  });
  const tokens = scoredTokens(windows);
  const gradient = parametersOf(sums, 'd.', config);
  const slopes: number[] = [];
  for (const checkpoint of checkpoints) slopes.push((await dotProduct(gradient, checkpoint, config)) / tokens);
  return { loss: (sums.get('loss') as Float32Array)[0] / tokens, slopes };
}

async function dotProduct(gradient: Map<string, Float32Array>, checkpoint: Checkpoint, config: ModelConfig): Promise<number> {
  let sum = 0;
  for (const name of parameterShapes(config).keys()) {
    const theta = await checkpoint.values(name);
    (gradient.get(name) as Float32Array).forEach((value, k) => (sum += value * theta[k]));
  }
  return sum;
}
