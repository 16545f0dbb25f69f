/** Stand-ins for tests: a backend whose numbers can be worked out in one's head. */
import type { ModelConfig } from './checkpoint/config';
import { decode } from './checkpoint/dtype';
import { writeSafetensors } from './checkpoint/safetensors';
import { parameterShapes } from './graph/architectures';
import type { Backend, BackendInfo, Batch, BatchScores, Limits, Term } from './scoring/backend';
import { fixedParameter } from './scoring/fixed-model';

/** Spoils the scores of the batch with this number. */
export type Bend = (scores: BatchScores, batch: number) => void;

/**
 * A checkpoint is its level (the first value of its first parameter), a soup the weighted sum of levels. The NLL of a target is
 * that level plus a tenth of the target's id, and its gap is its id.
 */
export class FakeBackend implements Backend {
  readonly info: BackendInfo = { kind: 'node', precision: 'fp32', runtime: 'fake', device: 'fake' };
  limits: Limits = { kind: 'node', binding: Infinity, halves: true, worker: null, device: null, disk: null };
  sessions = 0;
  readonly runs: Batch[] = [];
  readonly merges: Pick<Term, 'sha256' | 'coefficient'>[][] = [];
  #level = 0;
  #prepared = '';

  constructor(
    private readonly tokens: number,
    private readonly bend: Bend = () => undefined,
  ) {}

  tokensPerRun(): number {
    return this.tokens;
  }

  async prepare(config: ModelConfig): Promise<void> {
    const wanted = JSON.stringify(config);
    if (wanted === this.#prepared) return;
    if (this.#prepared) await this.close();
    this.#prepared = wanted;
    this.sessions++;
  }

  async merge(terms: Term[]): Promise<void> {
    let level = 0;
    for (const { checkpoint, coefficient } of terms) {
      for await (const { bytes, dtype } of checkpoint.read()) {
        level += coefficient * decode(bytes, dtype)[0];
        break;
      }
    }
    this.#level = level;
    this.merges.push(terms.map(({ sha256, coefficient }) => ({ sha256, coefficient })));
  }

  readWeights(): Promise<{ name: string; shape: number[]; values: Float32Array }[]> {
    return Promise.resolve([{ name: 'level', shape: [1], values: Float32Array.of(this.#level) }]);
  }

  run(batch: Batch): Promise<BatchScores> {
    const scores = { nll: Float32Array.from(batch.targets, (id) => this.#level + id / 10), gap: Float32Array.from(batch.targets) };
    this.bend(scores, this.runs.push(batch) - 1);
    return Promise.resolve(scores);
  }

  accumulate(): Promise<Map<string, Float32Array>> {
    return Promise.reject(new Error('the fake has no gradients'));
  }

  close(): Promise<void> {
    this.#level = NaN;
    this.#prepared = '';
    return Promise.resolve();
  }
}

/** A whole checkpoint of this configuration, which the fake backend knows by its level. */
export function checkpointWithLevel(config: ModelConfig, level: number): Blob {
  const tensors = [...parameterShapes(config)].map(([name, shape]) => ({ name, shape, values: fixedParameter(name, shape) }));
  tensors[0].values[0] = level;
  return writeSafetensors(tensors, { format: 'pt' });
}
