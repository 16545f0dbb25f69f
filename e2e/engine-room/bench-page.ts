/** What the benchmark measures inside the browser: forward passes, coefficient steps, the sessions a sweep creates, and items. */
import { parseCatalog, refOf, runNamed, type Catalog } from '../../src/core/checkpoint/catalog';
import { planBatches } from '../../src/core/scoring/batches';
import { Checkpoint } from '../../src/core/checkpoint/checkpoint';
import { parseConfig } from '../../src/core/checkpoint/config';
import type { Backend, Batch, Term } from '../../src/core/scoring/backend';
import { CpuBackend } from '../../src/core/scoring/cpu-backend';
import { fixedTokens } from '../../src/core/scoring/fixed-model';
import type { Item } from '../../src/core/evaluation/task';
import { openDevice } from '../../workers/device';
import { networkLibrary } from '../../workers/library';
import { loadWasm, loadWebGpu } from '../../workers/runtime';
import { WebGpuBackend } from '../../workers/webgpu-backend';
import { gradientRatios, type GradientRatios } from './bench-gradients';
import { benchStorage, type StorageRatios } from './bench-storage';
import { measurePaths, type MeasuredPaths, type Runtime } from './item-paths';

export interface Measured {
  device: string;
  tokensPerRun: number;
  /** median and spread over the repeats */
  tokensPerSecond: number[];
  /** (merge + forward) / forward, pair by pair */
  stepRatios: number[];
  sessionsInSweep: number;
}

declare global {
  interface Window {
    bench(kind: 'wasm' | 'webgpu', repeats: number): Promise<Measured>;
    /** on WebAssembly */
    benchItems(items: Item[], repeats: number): Promise<MeasuredPaths>;
    /** on the bundled run */
    benchGradients(kind: 'wasm' | 'webgpu', tokens: number, repeats: number): Promise<GradientRatios>;
    benchStorage(megabytes: number, repeats: number): Promise<StorageRatios>;
  }
}

/** A text of about this length is what a coefficient step is measured on. */
const tokensMeasured = 512;

async function openWasm(): Promise<Runtime> {
  const { ort, threads } = await loadWasm();
  const options = { executionProviders: ['wasm'], logSeverityLevel: 3 } as const;
  return { ort, options, info: { kind: 'wasm', precision: 'fp32', runtime: '', device: `WASM, ${threads} threads` } };
}

async function open(kind: 'wasm' | 'webgpu'): Promise<Backend> {
  if (kind === 'wasm') {
    const { ort, info, options } = await openWasm();
    return new CpuBackend(ort, info, options);
  }
  const opened = await openDevice('when-wide');
  return new WebGpuBackend(await loadWebGpu(), opened, { kind, precision: 'fp32', runtime: '', device: `WebGPU, ${opened.name}` });
}

/** Two late neighbours of the bundled run. */
async function prepare(backend: Backend): Promise<{ neighbours: Omit<Term, 'coefficient'>[]; batch: Batch }> {
  const text = async (path: string): Promise<string> => (await fetch(`models/${path}`)).text();
  const catalog = await catalogOf();
  const config = parseConfig(await text(runNamed(catalog, 'pico').files.config.path), 'config.json');
  await backend.prepare(config);
  const neighbours: Omit<Term, 'coefficient'>[] = [];
  for (const checkpoint of runNamed(catalog, 'pico').checkpoints.filter(({ name }) => name === 'step7000' || name === 'step8000')) {
    const file = await (await fetch(`models/${checkpoint.path}`)).blob();
    const { id, sha256 } = refOf(runNamed(catalog, 'pico'), checkpoint);
    neighbours.push({ sha256, checkpoint: await Checkpoint.open([file], config, id) });
  }
  const count = backend.tokensPerRun(config);
  const tokens = fixedTokens('bench', count, config.vocab_size);
  const length = Math.min(count, config.max_position_embeddings);
  const windows = Array.from({ length: count / length }, (_, row) => tokens.slice(row * length, (row + 1) * length)).map((row) => [{ tokens: row, targets: row, from: 0 }]);
  return { neighbours, batch: planBatches(windows, count, length)[0] };
}

const catalogOf = async (): Promise<Catalog> => parseCatalog(await (await fetch('models/catalog.json')).text());

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

window.bench = async (kind, repeats) => {
  const backend = await open(kind);
  const { neighbours, batch } = await prepare(backend);
  const merge = (c: number): Promise<void> => backend.merge(neighbours.map((neighbour, i) => ({ ...neighbour, coefficient: i === 0 ? 1 - c : c })));
  const runs = Math.ceil(tokensMeasured / batch.tokens.length);
  const forward = async (): Promise<void> => {
    for (let i = 0; i < runs; i++) await backend.run(batch);
  };
  await merge(0.5);
  await forward(); // compiles
  const plain: number[] = [];
  const steps: number[] = [];
  for (let i = 0; i < repeats; i++) {
    plain.push(await timed(forward));
    steps.push(await timed(async () => (await merge(i / repeats), forward())));
  }
  const before = backend.sessions;
  for (let point = 0; point <= 10; point++) {
    await merge(point / 10);
    await forward();
  }
  return {
    device: backend.info.device,
    tokensPerRun: batch.tokens.length,
    tokensPerSecond: plain.map((seconds) => (runs * batch.tokens.length) / seconds),
    stepRatios: steps.map((seconds, i) => seconds / plain[i]),
    sessionsInSweep: backend.sessions - before,
  };
};

window.benchItems = async (items, repeats) => {
  const run = runNamed(await catalogOf(), 'pico');
  const [checkpoint] = run.checkpoints.filter(({ name }) => name === 'step8000');
  return measurePaths(await openWasm(), networkLibrary(document.baseURI), refOf(run, checkpoint), items, repeats);
};

window.benchGradients = async (kind, tokens, repeats) => {
  const run = runNamed(await catalogOf(), 'pico');
  const config = parseConfig(await (await fetch(`models/${run.files.config.path}`)).text(), 'config.json');
  const [{ path }] = run.checkpoints.filter(({ name }) => name === 'step8000');
  return gradientRatios(() => open(kind), config, await (await fetch(`models/${path}`)).blob(), tokens, repeats);
};

window.benchStorage = benchStorage;
