/**
 * The engine without the notebook around it: tests ask it for per-token numbers that the page never shows, and give it a device
 * of their choice. The parts are the very ones the engine worker is made of.
 */
import { refOf, runNamed, parseCatalog } from '../../src/core/checkpoint/catalog';
import { planBatches } from '../../src/core/scoring/batches';
import { Checkpoint } from '../../src/core/checkpoint/checkpoint';
import { parseConfig } from '../../src/core/checkpoint/config';
import { LocalEngine } from '../../src/core/engine';
import type { Answer } from '../../src/core/evaluation/accuracy';
import type { Item } from '../../src/core/evaluation/task';
import type { Fusion } from '../../src/core/merging/fusion';
import type { Backend } from '../../src/core/scoring/backend';
import { CpuBackend } from '../../src/core/scoring/cpu-backend';
import { fixedCheckpoint, fixedTokens, wideConfig } from '../../src/core/scoring/fixed-model';
import { mix, modelOf, type Model } from '../../src/core/soup/model';
import { loadFixed, loadOnly, scoreRows } from '../../reference/fixed-scores';
import { gradientErrors } from '../../reference/gradient-errors';
import { openDevice, type OpenDevice } from '../../workers/device';
import { networkLibrary } from '../../workers/library';
import { loadWasm, loadWebGpu } from '../../workers/runtime';
import { WebGpuBackend } from '../../workers/webgpu-backend';

export type Device = 'wasm' | 'webgpu' | 'webgpu with default limits';

/** What a device was, and what it complained of: WebGPU tells many mistakes only by an event. */
export interface Told {
  device: string;
  /** of one binding, in bytes; 0 on the processor */
  bindingLimit: number;
  complaints: string[];
}

export interface EngineRoom {
  /** The NLL of every token of every document under a soup of bundled checkpoints. @param fusion none for a linear soup */
  scoreTexts(device: Device, coefficients: Record<string, number>, documents: string[], fusion?: Fusion): Promise<{ nll: number[][]; told: Told }>;
  /** How a soup of bundled checkpoints answers items. */
  answerItems(device: Device, coefficients: Record<string, number>, items: Item[]): Promise<{ answers: Answer[]; told: Told }>;
  /** The NLL of the targets of one row under the wide fixed model (50,304 tokens). */
  scoreWide(device: Device, tokens: number[]): Promise<{ nll: number[]; told: Told }>;
  /** The NLLs of rows of a fixed stream of tokens under the fixed model of a config.json. */
  scoreFixed(device: Device, config: object, stream: string, rows: number, length: number): Promise<{ nll: number[]; told: Told }>;
  /** How far gradients of the fixed model of a config.json are from golden ones, by parameter. @param golden the file's address */
  gradientErrors(device: Device, config: object, name: string, length: number, golden: string): Promise<{ errors: Record<string, number>; told: Told }>;
  /**
   * The NLLs of one row of `length` fixed tokens under saved checkpoints of one configuration.
   * @param forms the addresses of each one's files
   */
  scoreSaved(device: Device, config: string, forms: string[][], length: number): Promise<{ nlls: number[][]; told: Told }>;
}

declare global {
  interface Window {
    engineRoom: EngineRoom;
  }
}

interface Open {
  backend: Backend;
  told: Told;
}

/** A device as a page gets that asks for nothing: 128 MiB in one binding, whatever the adapter could do. */
async function plainDevice(): Promise<OpenDevice> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error('no WebGPU adapter');
  return { device: await adapter.requestDevice(), name: 'default limits', software: true, subgroups: false };
}

async function open(device: Device): Promise<Open> {
  if (device === 'wasm') {
    const { ort, threads } = await loadWasm();
    const info = { kind: 'wasm', precision: 'fp32', runtime: '', device: `${threads} threads` } as const;
    const backend = new CpuBackend(ort, info, { executionProviders: ['wasm'], logSeverityLevel: 3 });
    return { backend, told: { device: info.device, bindingLimit: 0, complaints: [] } };
  }
  const opened = device === 'webgpu' ? await openDevice('when-wide') : await plainDevice();
  const told: Told = { device: opened.name, bindingLimit: opened.device.limits.maxStorageBufferBindingSize, complaints: [] };
  opened.device.addEventListener('uncapturederror', ({ error }) => told.complaints.push(error.message));
  const info = { kind: 'webgpu', precision: 'fp32', runtime: '', device: opened.name } as const;
  return { backend: new WebGpuBackend(await loadWebGpu(), opened, info), told };
}

const opened = new Map<Device, Promise<Open>>();

function on(device: Device): Promise<Open> {
  const known = opened.get(device) ?? open(device);
  opened.set(device, known);
  return known;
}

let engine: LocalEngine | undefined;

function engineOn(backend: Backend): LocalEngine {
  engine ??= new LocalEngine(backend, networkLibrary(document.baseURI));
  return engine;
}

/** A soup of bundled checkpoints, by their names. */
async function soupOf(coefficients: Record<string, number>): Promise<Model> {
  const run = runNamed(parseCatalog(await (await fetch('models/catalog.json')).text()), 'pico');
  const parts = run.checkpoints.filter(({ name }) => name in coefficients);
  return mix('soup', parts.map((part) => modelOf(refOf(run, part))), parts.map(({ name }) => coefficients[name]));
}

window.engineRoom = {
  async scoreTexts(device, coefficients, documents, fusion) {
    const { backend, told } = await on(device);
    const soup = { ...(await soupOf(coefficients)), ...(fusion && { fusion }) };
    const scores = await engineOn(backend).scoreText(soup, { name: 'documents', documents }, { kind: 'rolling' });
    return { nll: scores.documents.map((nll) => [...nll]), told };
  },

  async answerItems(device, coefficients, items) {
    const { backend, told } = await on(device);
    const answers = await engineOn(backend).answerItems(await soupOf(coefficients), items);
    return { answers, told };
  },

  async scoreWide(device, tokens) {
    const { backend, told } = await on(device);
    await backend.prepare(wideConfig);
    const checkpoint = await Checkpoint.open([fixedCheckpoint(wideConfig)], wideConfig, 'wide');
    await backend.merge([{ sha256: 'wide', checkpoint, coefficient: 1 }]);
    const length = tokens.length - 1;
    const count = backend.tokensPerRun(wideConfig);
    if (count !== length) throw new Error(`one run takes ${count} tokens, not ${length}`);
    const [row] = planBatches([[{ tokens: tokens.slice(0, -1), targets: tokens.slice(1), from: 0 }]], count);
    const { nll } = await backend.run(row);
    await backend.close();
    return { nll: [...nll], told };
  },

  async scoreFixed(device, json, stream, rows, length) {
    const { backend, told } = await on(device);
    const config = parseConfig(JSON.stringify(json), stream);
    await loadFixed(backend, config);
    const nll = await scoreRows(backend, config, fixedTokens(stream, rows * (length + 1), config.vocab_size), length);
    await backend.close();
    return { nll, told };
  },

  async gradientErrors(device, json, name, length, golden) {
    const { backend, told } = await on(device);
    const file = await (await fetch(golden)).blob();
    const errors = await gradientErrors(backend, parseConfig(JSON.stringify(json), name), name, length, file);
    await backend.close();
    return { errors, told };
  },

  async scoreSaved(device, json, forms, length) {
    const { backend, told } = await on(device);
    const config = parseConfig(json, 'saved');
    const tokens = fixedTokens('saved', length + 1, config.vocab_size);
    const nlls: number[][] = [];
    for (const addresses of forms) {
      const files = await Promise.all(addresses.map(async (address) => (await fetch(address)).blob()));
      await loadOnly(backend, config, await Checkpoint.open(files, config, addresses[0]));
      nlls.push(await scoreRows(backend, config, tokens, length));
    }
    await backend.close();
    return { nlls, told };
  },
};
