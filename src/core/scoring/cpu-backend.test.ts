import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { Checkpoint } from '../checkpoint/checkpoint';
import { decode } from '../checkpoint/dtype';
import { writeStored } from '../checkpoint/safetensors';
import { Failure, failure, isStopped } from '../errors';
import { parameterShapes, type ModelConfig } from '../graph/architectures';
import type { Precision, Term } from './backend';
import { CpuBackend } from './cpu-backend';
import { fixedCheckpoint, fixedHalfCheckpoint, fixedParameter, fixedTokens, selfTestConfig } from './fixed-model';
import { planBatches } from './batches';

const config: ModelConfig = { ...selfTestConfig, vocab_size: 160, tie_word_embeddings: false };
const tied: ModelConfig = { ...config, tie_word_embeddings: true };

function backendWith(precision: Precision, heap: number): CpuBackend {
  return new CpuBackend(ort, { kind: 'node', precision, runtime: '', device: '' }, { executionProviders: ['cpu'], logSeverityLevel: 3 }, heap);
}

async function termOf(file: Blob, of: ModelConfig, coefficient: number, sha256: string): Promise<Term> {
  return { sha256, checkpoint: await Checkpoint.open([file], of, sha256), coefficient };
}

/** The fixed model, its values rounded to half precision if wished. */
const fixedTerm = (of: ModelConfig, coefficient = 1): Promise<Term> => termOf(fixedCheckpoint(of), of, coefficient, 'fixed');

/** Per-token NLL and gap of two rows of the fixed model; every token of the vocabulary is read and is a target. */
async function scores(precision: Precision, heap: number, of: ModelConfig): Promise<{ nll: number[]; gap: number[]; sessions: number }> {
  const backend = backendWith(precision, heap);
  await backend.prepare(of);
  await backend.merge([await fixedTerm(of)]);
  const rows = [0, 1].map((row) => ({ tokens: fixedTokens(`row ${row}`, 160, 160), targets: Array.from({ length: 160 }, (_, i) => (i * 7 + row) % 160), from: 0 }));
  const [batch] = planBatches(rows.map((row) => [row]), 512, 256);
  const { nll, gap } = await backend.run(batch);
  const { sessions } = backend;
  await backend.close();
  return { nll: [...nll.subarray(0, 160), ...nll.subarray(256, 416)], gap: [...gap.subarray(0, 160), ...gap.subarray(256, 416)], sessions };
}

const distance = (a: number[], b: number[]): number => Math.max(...a.map((value, i) => Math.abs(value - b[i]) / Math.max(1, Math.abs(value))));

describe('a model whose weights come in blocks, and whose graph is cut', () => {
  // embedding and unembedding take 20,480 bytes each, the largest matrix of a layer 12,288
  test.each([['fp32', 100_000, config], ['fp32', 13_000, config], ['fp32', 4000, config], ['fp32', 9000, tied], ['fp16-weights', 5000, config], ['fp16-weights', 3000, tied]] as const)(
    'scores like the whole one: %s, at most %i bytes at once',
    async (precision, heap, of) => {
      const [whole, cut] = [await scores(precision, Infinity, of), await scores(precision, heap, of)];
      expect(whole.sessions).toBe(1);
      expect(cut.sessions).toBeGreaterThan(1);
      expect(distance(whole.nll, cut.nll)).toBeLessThanOrEqual(1e-6);
      expect(distance(whole.gap, cut.gap)).toBeLessThanOrEqual(1e-5);
      expect(cut.gap.map((gap) => gap === 0)).toEqual(whole.gap.map((gap) => gap === 0));
    },
  );
});

describe('weights of 16 bits', () => {
  test('score almost as those of 32, and not quite', async () => {
    const [full, half] = [await scores('fp32', Infinity, config), await scores('fp16-weights', Infinity, config)];
    expect(distance(full.nll, half.nll)).toBeGreaterThan(1e-6);
    expect(distance(full.nll, half.nll)).toBeLessThan(2e-2); // this model's attention is as peaked as can be
  });

  test('are the merged ones of 32 bits, rounded once', async () => {
    const merged = async (precision: Precision): Promise<Map<string, Float32Array>> => {
      const backend = backendWith(precision, Infinity);
      await backend.prepare(config);
      await backend.merge([await fixedTerm(config, 0.3), await fixedTerm(config, 0.5), await fixedTerm(config, 0.4)]);
      return new Map((await backend.readWeights()).map(({ name, values }) => [name, values]));
    };
    const [full, half] = [await merged('fp32'), await merged('fp16-weights')];
    let rounded = 0;
    for (const [name, values] of full) {
      const halves = half.get(name) as Float32Array;
      values.forEach((value, i) => {
        if (Math.abs(value - halves[i]) > 2 ** -11 * Math.max(2 ** -14, Math.abs(value))) throw new Error(`${name}[${i}]: ${value} became ${halves[i]}`);
        if (value !== halves[i]) rounded++;
      });
    }
    expect(rounded).toBeGreaterThan(1000);
  });

  test('cannot hold what is beyond 65,504, and say of which tensor', async () => {
    const backend = backendWith('fp16-weights', Infinity);
    await backend.prepare(config);
    const thrown: unknown = await backend.merge([await fixedTerm(config, 1e6)]).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'weights-beyond-half', facts: { tensor: [...parameterShapes(config).keys()][0] } });
  });
});

describe('merging', () => {
  const stored = (dtype: 'F16' | 'BF16'): Promise<Term> => termOf(fixedHalfCheckpoint(config, dtype), config, 0.5, dtype);

  test('gives the same bits whether checkpoints are kept or read anew', async () => {
    const terms = [await stored('F16'), await stored('BF16'), await fixedTerm(config, 0.25)];
    const bits = async (resident: number, times: number): Promise<Uint8Array[]> => {
      const backend = backendWith('fp32', Infinity);
      await backend.prepare(config);
      for (let i = 0; i < times; i++) await backend.merge(terms, resident);
      return (await backend.readWeights()).map(({ values }) => new Uint8Array(values.buffer));
    };
    const read = await bits(0, 1);
    expect(await bits(1e9, 2)).toEqual(read);
    expect(await bits(4 * terms[0].checkpoint.parameters, 2)).toEqual(read); // room for one of the three
  });

  test('reads a kept checkpoint once, and one that is not kept each time', async () => {
    const reads = async (resident: number): Promise<number> => {
      const term = await fixedTerm(config);
      let count = 0;
      const tensor = term.checkpoint.tensor.bind(term.checkpoint);
      term.checkpoint.tensor = (name) => (count++, tensor(name));
      const backend = backendWith('fp32', Infinity);
      await backend.prepare(config);
      for (let i = 0; i < 3; i++) await backend.merge([{ ...term, coefficient: i }], resident);
      return count;
    };
    const tensors = parameterShapes(config).size;
    expect([await reads(1e9), await reads(0)]).toEqual([tensors, 3 * tensors]);
  });

  test('says which tensor is not finite', async () => {
    const tensors = [...parameterShapes(config)].map(([name, shape]) => ({ name, shape, dtype: 'F32' as const, stored: fixedParameter(name, shape) }));
    tensors[3].stored[5] = NaN;
    const backend = backendWith('fp32', Infinity);
    await backend.prepare(config);
    const merging = backend.merge([await termOf(writeStored(tensors, {}), config, 1, 'damaged')]);
    await expect(merging).rejects.toMatchObject({ code: 'weights-not-finite', facts: { tensor: tensors[3].name, count: 1 } });
  });

  test('hears Stop between tensors, when it takes its time', async () => {
    const term = await fixedTerm(config);
    const tensor = term.checkpoint.tensor.bind(term.checkpoint);
    let reads = 0;
    term.checkpoint.tensor = async (name) => {
      reads++;
      await new Promise((resolve) => setTimeout(resolve, 60));
      return tensor(name);
    };
    const backend = backendWith('fp32', Infinity);
    await backend.prepare(config);
    const told: (number | null)[] = [];
    const watch = {
      onProgress: ({ done }: { done: number | null }) => void told.push(done),
      checkStopped() {
        if (told.length >= 3) throw failure('stopped');
      },
    };
    const thrown: unknown = await backend.merge([term], 0, watch).catch((error: unknown) => error);
    expect(thrown instanceof Failure && isStopped(thrown)).toBe(true);
    expect(reads).toBeLessThan(parameterShapes(config).size);
    expect(told[0]).toBe(0);
    expect(told.at(-1)).toBeGreaterThan(0);
  });
});

test('halves that are stored arrive as they are', async () => {
  const backend = backendWith('fp16-weights', Infinity);
  await backend.prepare(config);
  const term = await termOf(fixedHalfCheckpoint(config, 'F16'), config, 1, 'halves');
  await backend.merge([term]);
  for (const { name, values } of await backend.readWeights()) {
    const { bytes } = await term.checkpoint.tensor(name);
    expect(values).toEqual(decode(bytes, 'F16'));
  }
});
