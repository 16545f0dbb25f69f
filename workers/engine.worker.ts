/** Holds the device, the session and the weights. One call at a time: concurrent runs can block a worker's event loop for good. */
import { expose } from 'comlink';
import { LocalEngine } from '../src/core/engine';
import { failure } from '../src/core/errors';
import type { Backend, BackendInfo } from '../src/core/scoring/backend';
import { CpuBackend } from '../src/core/scoring/cpu-backend';
import { selfTest } from '../src/core/scoring/self-test';
import type { Watch } from '../src/core/scoring/watch';
import { nll as expectedNll } from '../reference/golden/self-test.json';
import type { CallId, DeviceChoice, EngineListener, EngineWorkerApi } from './api';
import { openDevice } from './device';
import { networkLibrary } from './library';
import { loadWasm, loadWebGpu } from './runtime';
import { WebGpuBackend } from './webgpu-backend';
import { registerWire } from './wire';

let engine: LocalEngine | undefined;
let listener: EngineListener | undefined;
let queue: Promise<unknown> = Promise.resolve();
const stopped = new Set<CallId>();

/** Runs work after all earlier work has settled; an earlier failure is forgotten. */
function inTurn<T>(call: CallId, work: (engine: LocalEngine, watch: Watch) => Promise<T>): Promise<T> {
  const result = queue.then(async () => {
    const watch = watchOf(call);
    watch.checkStopped();
    if (!engine) throw failure('engine-died', { reason: 'it was never started' });
    return work(engine, watch);
  });
  queue = result.catch(() => undefined).then(() => stopped.delete(call));
  return result;
}

function watchOf(call: CallId): Watch {
  return {
    onProgress: (progress) => listener?.onProgress(call, progress),
    checkStopped() {
      if (stopped.has(call)) throw failure('stopped');
    },
  };
}

async function openBackend(choice: DeviceChoice): Promise<Backend> {
  if (choice.kind === 'wasm') {
    const { ort, threads } = await loadWasm();
    return new CpuBackend(ort, infoOf('wasm', ort.env.versions.web, `${threads} thread${threads > 1 ? 's' : ''}`), { executionProviders: ['wasm'], logSeverityLevel: 3 });
  }
  const opened = await openDevice(choice.subgroups);
  const ort = await loadWebGpu();
  void opened.device.lost.then(({ reason, message }) => listener?.onDeviceLost(message || reason));
  return new WebGpuBackend(ort, opened, infoOf('webgpu', ort.env.versions.web, opened.name));
}

function infoOf(kind: BackendInfo['kind'], version: string | undefined, device: string): BackendInfo {
  return { kind, precision: 'fp32', runtime: `onnxruntime-web ${version}`, device };
}

const api: EngineWorkerApi = {
  async start(choice, base, newListener) {
    listener = newListener;
    const backend = await openBackend(choice);
    await selfTest(backend, expectedNll);
    engine = new LocalEngine(backend, networkLibrary(base));
    return backend.info;
  },
  isAlive: () => true,
  stop: (call) => void stopped.add(call),
  sessions: () => engine?.sessions ?? 0,
  open: (call, ref) => inTurn(call, (on, watch) => on.open(ref, watch)),
  scoreText: (call, model, text, convention) => inTurn(call, (on, watch) => on.scoreText(model, text, convention, watch)),
  answerItems: (call, model, items) => inTurn(call, (on, watch) => on.answerItems(model, items, watch)),
  pieces: (call, run, documents, convention) => inTurn(call, (on) => on.pieces(run, documents, convention)),
  exportModel: (call, model, method) => inTurn(call, (on, watch) => on.exportModel(model, method, watch)),
};

registerWire();
expose(api);
