/** Merging and scoring files that a reader picks, for measuring what the page's process takes meanwhile. */
import { Checkpoint } from '../../src/core/checkpoint/checkpoint';
import { parseConfig, type ModelConfig } from '../../src/core/checkpoint/config';
import { writeSafetensors } from '../../src/core/checkpoint/safetensors';
import { parameterShapes } from '../../src/core/graph/architectures';
import { fuseWindows } from '../../src/core/fusion/fuse';
import type { FusionIngredient } from '../../src/core/fusion/ingredient';
import { countOf } from '../../src/core/graph/weights';
import type { Fusion, FusionData } from '../../src/core/merging/fusion';
import { planBatches } from '../../src/core/scoring/batches';
import type { Backend, Precision, Term } from '../../src/core/scoring/backend';
import { CpuBackend } from '../../src/core/scoring/cpu-backend';
import { fixedParameter, fixedTokens, wideConfig } from '../../src/core/scoring/fixed-model';
import { unwatched } from '../../src/core/scoring/watch';
import { loadWasm, loadWebGpu } from '../../workers/runtime';
import { WebGpuBackend } from '../../workers/webgpu-backend';

declare global {
  interface Window {
    /**
     * Merges the picked files evenly and scores a full run of rows of `length` tokens, twice: as when coefficients change.
     * @returns mean NLL of each time, and seconds for merging and scoring
     */
    mergeAndScore(configJson: string, precision: Precision, length: number, times?: number): Promise<{ nll: number[]; merging: number[]; scoring: number[] }>;
    /**
     * Makes a Fisher or RegMean soup of the picked files from one window of 256 tokens.
     * @returns how far it is from the average of its ingredients, and seconds
     */
    fuse(configJson: string, precision: Precision, method: Fusion['method']): Promise<{ distance: number; seconds: number }>;
    /**
     * A model whose embedding and unembedding take 147 MiB each, above what a device binds that nobody asked for more.
     * @returns the NLL of the targets of one row of 128 tokens
     */
    scoreLargeTables(kind: 'wasm' | 'webgpu'): Promise<{ nll: number[]; bindingLimit: number; complaints: string[] }>;
  }
}

const picker = document.createElement('input');
Object.assign(picker, { type: 'file', multiple: true, id: 'checkpoints' });
document.body.append(picker);

async function wasmBackend(precision: Precision): Promise<Backend> {
  const { ort, threads } = await loadWasm();
  return new CpuBackend(ort, { kind: 'wasm', precision, runtime: '', device: `${threads} threads` }, { executionProviders: ['wasm'], logSeverityLevel: 3 });
}

window.mergeAndScore = async (configJson, precision, length, times = 2) => {
  const config = parseConfig(configJson, 'config.json');
  const backend = await wasmBackend(precision);
  await backend.prepare(config);
  const files = [...(picker.files ?? [])];
  const terms: Term[] = [];
  for (const file of files) terms.push({ sha256: file.name, checkpoint: await Checkpoint.open([file], config, file.name), coefficient: 1 / files.length });
  const count = backend.tokensPerRun(config);
  const tokens = fixedTokens('memory', count + 1, config.vocab_size);
  const rows = Array.from({ length: count / length }, (_, row) => ({ tokens: tokens.slice(row * length, (row + 1) * length), targets: tokens.slice(row * length + 1, (row + 1) * length + 1), from: 0 }));
  const [batch] = planBatches(rows.map((row) => [row]), count, length);
  const results = { nll: [] as number[], merging: [] as number[], scoring: [] as number[] };
  for (let time = 0; time < times; time++) {
    const start = performance.now();
    await backend.merge(terms, 0);
    const merged = performance.now();
    const { nll } = await backend.run(batch);
    results.merging.push((merged - start) / 1000);
    results.scoring.push((performance.now() - merged) / 1000);
    results.nll.push(nll.reduce((sum, value) => sum + value, 0) / nll.length);
  }
  await backend.close();
  return results;
};

window.fuse = async (configJson, precision, method) => {
  const config = parseConfig(configJson, 'config.json');
  const backend = await wasmBackend(precision);
  await backend.prepare(config);
  const ingredients: FusionIngredient[] = [];
  for (const file of picker.files ?? []) ingredients.push({ id: file.name, sha256: file.name, checkpoint: await Checkpoint.open([file], config, file.name) });
  const tokens = fixedTokens('memory', 257, config.vocab_size);
  const windows = [{ tokens: tokens.slice(0, -1), targets: tokens.slice(1), from: 0 }];
  const data: FusionData = { text: { name: 'windows', documents: [] }, convention: { kind: 'rolling' } };
  const start = performance.now();
  const { facts } = method === 'fisher'
    ? await fuseWindows(backend, config, ingredients, windows, { method, data, estimator: 'empirical', examples: 1, floor: 1e-6, normalise: true, seed: 1 }, unwatched)
    : await fuseWindows(backend, config, ingredients, windows, { method, data, scale: 0.9, ridge: 0 }, unwatched);
  await backend.close();
  return { distance: facts.distance, seconds: (performance.now() - start) / 1000 };
};

/** A device as a page gets that asks for nothing: 128 MiB in one binding, whatever the adapter could do. */
async function plainBackend(complaints: string[]): Promise<{ backend: Backend; bindingLimit: number }> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error('no WebGPU adapter');
  const device = await adapter.requestDevice();
  device.addEventListener('uncapturederror', ({ error }) => complaints.push(error.message));
  const info = { kind: 'webgpu', precision: 'fp32', runtime: '', device: 'default limits' } as const;
  const backend = new WebGpuBackend(await loadWebGpu(), { device, name: info.device, software: true, subgroups: false }, info);
  return { backend, bindingLimit: device.limits.maxStorageBufferBindingSize };
}

window.scoreLargeTables = async (kind) => {
  const config: ModelConfig = { ...wideConfig, hidden_size: 768, num_hidden_layers: 1, num_attention_heads: 12, intermediate_size: 768, max_position_embeddings: 128 };
  const complaints: string[] = [];
  const { backend, bindingLimit } = kind === 'wasm' ? { backend: await wasmBackend('fp32'), bindingLimit: 0 } : await plainBackend(complaints);
  await backend.prepare(config);
  const checkpoint = await Checkpoint.open([fixedTables(config)], config, 'tables');
  await backend.merge([{ sha256: 'tables', checkpoint, coefficient: 1 }], 0);
  const tokens = fixedTokens('tables', 129, config.vocab_size);
  const [batch] = planBatches([[{ tokens: tokens.slice(0, -1), targets: tokens.slice(1), from: 0 }]], backend.tokensPerRun(config), 128);
  const { nll } = await backend.run(batch);
  await backend.close();
  return { nll: [...nll.subarray(0, 128)], bindingLimit, complaints };
};

/** The fixed model, with tables that repeat after 997 rows: 77 million values of their own would take longer than the test. */
function fixedTables(config: ModelConfig): Blob {
  const tensors = [...parameterShapes(config)].map(([name, shape]) => {
    const count = countOf(shape);
    const few = fixedParameter(name, shape[0] > 997 ? [997, ...shape.slice(1)] : shape);
    const values = count === few.length ? few : new Float32Array(count).map((_, i) => few[i % few.length]);
    return { name, shape, values };
  });
  return writeSafetensors(tensors, { format: 'pt' });
}
