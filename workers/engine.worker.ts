/** Holds the device, the session and the weights. One call at a time: concurrent runs can block a worker's event loop for good. */
import { expose } from 'comlink';
import { LocalEngine, type Library } from '../src/core/engine';
import { Failure, failure, toFailureData } from '../src/core/errors';
import { pageMemory } from '../src/core/planning/page-memory';
import type { Backend, BackendInfo } from '../src/core/scoring/backend';
import { CpuBackend } from '../src/core/scoring/cpu-backend';
import { selfTest } from '../src/core/scoring/self-test';
import { stoppedBy, type Watch } from '../src/core/scoring/watch';
import { nll as expectedNll } from '../reference/golden/self-test.json';
import type { CallId, DeviceChoice, EngineListener, EngineWorkerApi } from './api';
import { openDevice } from './device';
import { loadWasm, loadWebGpu } from './runtime';
import { WebGpuBackend } from './webgpu-backend';
import { registerWire } from './wire';

let engine: LocalEngine | undefined;
let listener: EngineListener | undefined;
/** the one that runs */
let current: CallId = 0;
let lost: Promise<GPUDeviceLostInfo> | undefined;
let queue: Promise<unknown> = Promise.resolve();
/** of the calls that have not settled yet */
const stops = new Map<CallId, AbortController>();

/** Runs work after all earlier work has settled; an earlier failure is forgotten. */
function inTurn<T>(call: CallId, work: (engine: LocalEngine, watch: Watch) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  stops.set(call, controller);
  const result = queue.then(async () => {
    const watch = stoppedBy(controller.signal, (progress) => listener?.onProgress(call, progress));
    watch.checkStopped();
    current = call;
    if (!engine) throw failure('engine-died', { reason: 'it was never started' });
    return withReason(work(engine, watch));
  });
  queue = result.catch(() => undefined).then(() => stops.delete(call));
  return result;
}

/** Files come by way of the page, which tells the running call of their progress and stops them with it. */
function libraryOfPage(page: EngineListener): Library {
  return {
    config: (ref) => page.config(current, ref),
    tokenizer: (ref) => page.tokenizer(current, ref),
    weights: (ref) => page.weights(current, ref),
  };
}

/** The self-test, whose failure says whether there is a point in trying again without subgroups. */
async function tested(backend: Backend, subgroups: boolean): Promise<void> {
  try {
    await selfTest(backend, expectedNll);
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code !== 'device-failed') throw thrown;
    const found = thrown instanceof Failure ? (thrown as Failure<'device-failed'>).facts.found : toFailureData(thrown).facts.message;
    if (backend.info.kind === 'wasm') throw failure('engine-died', { reason: `its self-test failed: ${String(found)}` });
    throw failure('device-failed', { device: backend.info.device, found: String(found), subgroups });
  }
}

/** A run that fails because the device went away says so only in the runtime's own words: the device is asked, and given a moment. */
async function withReason<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    if (thrown instanceof Failure || !lost) throw thrown;
    const moment = new Promise<null>((resolve) => setTimeout(() => resolve(null), 1000));
    const info = await Promise.race([lost, moment]);
    throw info ? failure('device-lost', { reason: info.message || info.reason }) : thrown;
  }
}

async function openBackend(choice: DeviceChoice): Promise<{ backend: Backend; subgroups: boolean }> {
  if (choice.kind === 'wasm') {
    const { ort, threads } = await loadWasm();
    const info = infoOf('wasm', choice, ort.env.versions.web, `${threads} thread${threads > 1 ? 's' : ''}`);
    const memory = pageMemory((navigator as { deviceMemory?: number }).deviceMemory);
    return { backend: new CpuBackend(ort, info, { executionProviders: ['wasm'], logSeverityLevel: 3 }, undefined, memory), subgroups: false };
  }
  const opened = await openDevice(choice.subgroups, choice.precision === 'fp16-weights');
  const ort = await loadWebGpu();
  lost = opened.device.lost;
  void lost.then(({ reason, message }) => listener?.onDeviceLost(message || reason));
  opened.device.onuncapturederror = ({ error }) => listener?.onDeviceLost(error.message);
  const backend = new WebGpuBackend(ort, opened, infoOf('webgpu', choice, ort.env.versions.web, opened.name));
  return { backend, subgroups: opened.subgroups };
}

function infoOf(kind: BackendInfo['kind'], { precision = 'fp32' }: DeviceChoice, version: string | undefined, device: string): BackendInfo {
  return { kind, precision, runtime: `onnxruntime-web ${version}`, device };
}

const api: EngineWorkerApi = {
  async start(choice, newListener) {
    listener = newListener;
    const { backend, subgroups } = await openBackend(choice);
    await tested(backend, subgroups);
    engine = new LocalEngine(backend, libraryOfPage(newListener));
    return backend.info;
  },
  isAlive: () => true,
  stop: (call) => stops.get(call)?.abort(),
  open: (call, ref) => inTurn(call, (on, watch) => on.open(ref, watch)),
  scoreText: (call, model, text, convention) => inTurn(call, (on, watch) => on.scoreText(model, text, convention, watch)),
  answerItems: (call, model, items) => inTurn(call, (on, watch) => on.answerItems(model, items, watch, (answers) => listener?.onAnswers(call, answers))),
  fuse: (call, model) => inTurn(call, (on, watch) => on.fuse(model, watch)),
  slopes: (call, model, checkpoints, text, convention) => inTurn(call, (on, watch) => on.slopes(model, checkpoints, text, convention, watch)),
  pieces: (call, ref, text, convention) => inTurn(call, (on) => on.pieces(ref, text, convention)),
  exportModel: (call, model, method) => inTurn(call, (on, watch) => on.exportModel(model, method, watch)),
};

registerWire();
expose(api);
