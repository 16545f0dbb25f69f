/** The engine in Node: onnxruntime-node on the processor, files from the disk. For the command line and for tests. */
import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import ortPackage from 'onnxruntime-node/package.json' with { type: 'json' };
import { bundledFiles, parseCatalog, type Catalog } from '../core/checkpoint/catalog';
import type { CheckpointFiles } from '../core/checkpoint/source';
import { LocalEngine, type Library } from '../core/engine';
import { failure } from '../core/errors';
import { sha256Of } from '../core/sha256';
import type { CheckpointRef } from '../core/soup/model';
import { CpuBackend } from '../core/scoring/cpu-backend';

/** The bundled checkpoints, read from a folder. */
export function folderLibrary(folder: string, catalog: Catalog): Library {
  const filesOf = ({ id, source }: CheckpointRef): CheckpointFiles => {
    if (source.kind !== 'bundled') throw failure('checkpoint-unknown', { checkpoint: id });
    return bundledFiles(catalog, source);
  };
  return {
    config: async (ref) => readFile(join(folder, filesOf(ref).config.path), 'utf8'),
    tokenizer: async (ref) => readFile(join(folder, filesOf(ref).tokenizer.path), 'utf8'),
    async weights(ref) {
      const file = await openAsBlob(join(folder, filesOf(ref).weights[0].path));
      const found = sha256Of(new Uint8Array(await file.arrayBuffer()));
      if (found !== ref.sha256) throw failure('checkpoint-changed', { checkpoint: ref.id, found, expected: ref.sha256 });
      return [file];
    },
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
