/** The engine in Node: onnxruntime-node on the processor, files from the disk. For the command line and for tests. */
import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import ortPackage from 'onnxruntime-node/package.json' with { type: 'json' };
import { parseCatalog, pathOf, type Catalog } from '../core/checkpoint/catalog';
import { LocalEngine, type Library } from '../core/engine';
import { CpuBackend } from '../core/scoring/cpu-backend';

/** The bundled checkpoints, read from a folder. */
export function folderLibrary(folder: string, catalog: Catalog): Library {
  return {
    config: (run) => readFile(join(folder, pathOf(catalog, run, 'config')), 'utf8'),
    tokenizer: (run) => readFile(join(folder, pathOf(catalog, run, 'tokenizer')), 'utf8'),
    checkpoint: (ref) => openAsBlob(join(folder, pathOf(catalog, ref.source.run, ref.source))),
  };
}

export async function readCatalog(folder: string): Promise<Catalog> {
  return parseCatalog(await readFile(join(folder, 'catalog.json'), 'utf8'));
}

export function nodeBackend(): CpuBackend {
  const info = { kind: 'node', precision: 'fp32', runtime: `onnxruntime-node ${ortPackage.version}`, device: `${availableParallelism()} threads` } as const;
  return new CpuBackend(ort, info, { executionProviders: ['cpu'], logSeverityLevel: 3, intraOpNumThreads: availableParallelism() });
}

export function nodeEngine(library: Library): LocalEngine {
  return new LocalEngine(nodeBackend(), library);
}
