/** Where a checkpoint comes from, and exactly which files it is made of. */
import { sha256Of } from '../sha256';

/** A file by what it is: wherever its bytes come from, they are these or they are refused. */
export interface PinnedFile {
  /** its place below the repository, the folder or the address */
  path: string;
  bytes: number;
  sha256: string;
}

/** Lies beside the page; the catalog knows its files. */
export interface BundledSource {
  kind: 'bundled';
  run: string;
  name: string;
}

/** The files of a checkpoint that the catalog does not know. */
export interface CheckpointFiles {
  /** one file of weights, or all shards in the order of their names */
  weights: PinnedFile[];
  config: PinnedFile;
  tokenizer: PinnedFile;
}

/** A revision of a repository on the Hugging Face Hub, or on a mirror of it: which one is the reader's setting, not the notebook's. */
export interface HubSource extends CheckpointFiles {
  kind: 'hub';
  /** `owner/name` */
  repo: string;
  /** the branch or tag it was chosen by, such as `step1000` */
  revision: string;
  /** what that stood for: 40 hexadecimal digits */
  commit: string;
}

/** Files that the reader picked on their own machine: whoever else opens the notebook has to bring them. */
export interface LocalSource extends CheckpointFiles {
  kind: 'local';
  /** the folder's name, such as `checkpoint-30` */
  folder: string;
}

/** Files below an address. */
export interface UrlSource extends CheckpointFiles {
  kind: 'url';
  /** https, and a slash at its end */
  base: string;
}

/** What the catalog does not know. */
export type BroughtSource = HubSource | LocalSource | UrlSource;

export type Source = BundledSource | BroughtSource;

/** What files take together. */
export function bytesOf(files: Pick<PinnedFile, 'bytes'>[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

export function isBundled(source: Source): source is BundledSource {
  return source.kind === 'bundled';
}

/** What a source calls the state of training: a step, a revision, a folder. */
export function stateOf(source: Source): string {
  switch (source.kind) {
    case 'bundled':
      return source.name;
    case 'hub':
      return source.revision;
    case 'local':
      return source.folder;
    case 'url':
      return lastPart(source.base);
  }
}

/** As a person would write it; what does not decode is shown as it is. */
function lastPart(address: string): string {
  const part = address.replace(/\/+$/, '').split('/').pop() ?? '';
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The sha256 of a checkpoint: that of its file, or of its shards' sha256 in order, a line each, where it has several. */
export function sha256OfWeights(weights: Pick<PinnedFile, 'sha256'>[]): string {
  return weights.length === 1 ? weights[0].sha256 : sha256Of(weights.map(({ sha256 }) => `${sha256}\n`).join(''));
}
