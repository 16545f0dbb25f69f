/** catalog.json: the bundled runs, what their checkpoints are, and where they lie. */
import * as v from 'valibot';
import { failure } from '../errors';
import type { CheckpointRef } from '../soup/model';
import type { BundledSource, CheckpointFiles } from './source';

const file = v.object({ path: v.string(), bytes: v.number(), sha256: v.string() });

const checkpoint = v.object({
  ...file.entries,
  name: v.string(),
  step: v.number(),
  /** tokens of training seen */
  tokens: v.number(),
  /** whether it lies beside the main trajectory: a cooled-down branch */
  branch: v.boolean(),
  /** held-out NLL per token by domain, from the training log */
  heldOut: v.record(v.string(), v.number()),
});

const curvePoint = v.object({ step: v.number(), tokens: v.number(), branch: v.boolean(), textbooks: v.number(), books: v.number() });

const run = v.object({
  name: v.string(),
  title: v.string(),
  description: v.string(),
  parameters: v.number(),
  window: v.number(),
  license: v.string(),
  files: v.object({ config: file, tokenizer: file }),
  checkpoints: v.array(checkpoint),
  curve: v.array(curvePoint),
});

const catalog = v.object({ runs: v.array(run) });

export type Catalog = v.InferOutput<typeof catalog>;
export type CatalogRun = v.InferOutput<typeof run>;
export type CatalogCheckpoint = v.InferOutput<typeof checkpoint>;

export function parseCatalog(text: string): Catalog {
  return v.parse(catalog, JSON.parse(text));
}

/** @throws checkpoint-unknown */
export function runNamed(catalog: Catalog, name: string): CatalogRun {
  const found = catalog.runs.find((candidate) => candidate.name === name);
  if (!found) throw failure('checkpoint-unknown', { checkpoint: name });
  return found;
}

/** @throws checkpoint-unknown */
export function checkpointNamed(catalog: Catalog, source: BundledSource): CatalogCheckpoint {
  const found = runNamed(catalog, source.run).checkpoints.find(({ name }) => name === source.name);
  if (!found) throw failure('checkpoint-unknown', { checkpoint: `${source.run}/${source.name}` });
  return found;
}

/**
 * The files of a bundled checkpoint, relative to the catalog.
 * @throws checkpoint-unknown
 */
export function bundledFiles(catalog: Catalog, source: BundledSource): CheckpointFiles {
  const { config, tokenizer } = runNamed(catalog, source.run).files;
  return { config, tokenizer, weights: [checkpointNamed(catalog, source)] };
}

/** A bundled checkpoint as a notebook names it. */
export function refOf(run: CatalogRun, checkpoint: CatalogCheckpoint): CheckpointRef {
  return { id: checkpoint.name, source: { kind: 'bundled', run: run.name, name: checkpoint.name }, sha256: checkpoint.sha256 };
}
