/** The engine in Node: onnxruntime-node on the processor. For the command line and for tests. */
import { availableParallelism } from 'node:os';
import * as ort from 'onnxruntime-node';
import ortPackage from 'onnxruntime-node/package.json' with { type: 'json' };
import { LocalEngine, type Library } from '../core/engine';
import { CpuBackend } from '../core/scoring/cpu-backend';

export { folderLibrary, readCatalog } from './node-library';

export function nodeBackend(): CpuBackend {
  const info = { kind: 'node', precision: 'fp32', runtime: `onnxruntime-node ${ortPackage.version}`, device: `${availableParallelism()} threads` } as const;
  return new CpuBackend(ort, info, { executionProviders: ['cpu'], logSeverityLevel: 3, intraOpNumThreads: availableParallelism() });
}

export function nodeEngine(library: Library): LocalEngine {
  return new LocalEngine(nodeBackend(), library);
}
