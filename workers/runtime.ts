/** Which onnxruntime-web build to load, and from where: always our own origin, and none before the engine is needed. */
import type { Env, InferenceSessionFactory, TensorConstructor } from 'onnxruntime-common';
import asyncifyMjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import jspiMjs from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import jspiWasm from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import wasmMjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmWasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';

/** The parts of the runtime we use. */
export interface GpuOnnxRuntime {
  InferenceSession: InferenceSessionFactory;
  Tensor: TensorConstructor & { fromGpuBuffer(buffer: GPUBuffer, options: { dataType: 'float32'; dims: number[] }): import('onnxruntime-common').Tensor };
  env: Env;
}

/** More threads than this gain little on models of this size and leave the rest of the machine nothing. */
const mostThreads = 8;

/** 3.7 MB compressed: the processor alone, with threads where the page is cross-origin isolated. */
export async function loadWasm(): Promise<{ ort: GpuOnnxRuntime; threads: number }> {
  const ort = (await import('onnxruntime-web/wasm')) as unknown as GpuOnnxRuntime;
  const threads = globalThis.crossOriginIsolated ? Math.min(mostThreads, navigator.hardwareConcurrency) : 1;
  configure(ort, wasmMjs, wasmWasm, threads);
  return { ort, threads };
}

/** JSPI (4.1 MB compressed) where WebAssembly can suspend, asyncify (6.7 MB) elsewhere. Never the plain entry: it loads JSEP. */
export async function loadWebGpu(): Promise<GpuOnnxRuntime> {
  if ('Suspending' in WebAssembly) {
    const ort = (await import('onnxruntime-web/jspi')) as unknown as GpuOnnxRuntime;
    configure(ort, jspiMjs, jspiWasm, 1);
    return ort;
  }
  const ort = (await import('onnxruntime-web/webgpu')) as unknown as GpuOnnxRuntime;
  configure(ort, asyncifyMjs, asyncifyWasm, 1);
  return ort;
}

function configure(ort: GpuOnnxRuntime, mjs: string, wasm: string, threads: number): void {
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = { mjs: absolute(mjs), wasm: absolute(wasm) };
}

/** The loader resolves relative paths against itself. */
function absolute(path: string): string {
  return new URL(path, self.location.href).href;
}
