/** Which onnxruntime-web build to load, and from where: always our own origin, and none before the engine is needed. */
import type { Env, InferenceSessionFactory, TensorConstructor } from 'onnxruntime-common';
import asyncifyMjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import jspiMjs from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import jspiWasm from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import wasmMjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmWasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { failure } from '../src/core/errors';
import { request } from './library';

/** The parts of the runtime we use. */
export interface GpuOnnxRuntime {
  InferenceSession: InferenceSessionFactory;
  Tensor: TensorConstructor & { fromGpuBuffer(buffer: GPUBuffer, options: { dataType: 'float32' | 'float16'; dims: number[] }): import('onnxruntime-common').Tensor };
  env: Env;
}

/** More threads than this gain little on models of this size and leave the rest of the machine nothing. */
const mostThreads = 8;

/** 3.7 MB compressed: the processor alone, with threads where the page is cross-origin isolated. */
export async function loadWasm(): Promise<{ ort: GpuOnnxRuntime; threads: number }> {
  const ort = await load(() => import('onnxruntime-web/wasm'));
  const threads = globalThis.crossOriginIsolated ? Math.min(mostThreads, navigator.hardwareConcurrency) : 1;
  await configure(ort, wasmMjs, wasmWasm, threads);
  return { ort, threads };
}

/** JSPI (4.1 MB compressed) where WebAssembly can suspend, asyncify (6.7 MB) elsewhere. Never the plain entry: it loads JSEP. */
export async function loadWebGpu(): Promise<GpuOnnxRuntime> {
  if ('Suspending' in WebAssembly) {
    const ort = await load(() => import('onnxruntime-web/jspi'));
    await configure(ort, jspiMjs, jspiWasm, 1);
    return ort;
  }
  const ort = await load(() => import('onnxruntime-web/webgpu'));
  await configure(ort, asyncifyMjs, asyncifyWasm, 1);
  return ort;
}

async function load(module: () => Promise<unknown>): Promise<GpuOnnxRuntime> {
  try {
    return (await module()) as GpuOnnxRuntime;
  } catch {
    throw failure('download-failed', { file: 'onnxruntime-web', status: 'it could not be loaded' });
  }
}

/** The binary is fetched here and not by the runtime, whose word for a network that is gone is “no available backend found”. */
async function configure(ort: GpuOnnxRuntime, mjs: string, wasm: string, threads: number): Promise<void> {
  const [binary] = await Promise.all([request(absolute(wasm)).then((response) => response.arrayBuffer()), request(absolute(mjs))]);
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmBinary = binary;
  ort.env.wasm.wasmPaths = { mjs: absolute(mjs), wasm: absolute(wasm) };
}

/** The loader resolves relative paths against itself. */
function absolute(path: string): string {
  return new URL(path, self.location.href).href;
}
