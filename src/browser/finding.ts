/** Checkpoints from the Hub, from picked files, from an address: each read as far as it must be to say exactly what it is. */
import type { Candidate, Judgement } from '../cells/checkpoints/finder';
import { Checkpoint } from '../core/checkpoint/checkpoint';
import { parseConfig } from '../core/checkpoint/config';
import { checkpointsAmong, type PickedCheckpoint, type PickedFile } from '../core/checkpoint/picked-files';
import { fingerprints, sameRun, type RunMember } from '../core/checkpoint/same-run';
import { sha256OfWeights, stateOf, type BroughtSource, type PinnedFile } from '../core/checkpoint/source';
import { failure } from '../core/errors';
import { hubSource, revisionsOf, type Revision } from '../core/hub/models';
import type { Line } from '../core/hub/request';
import { unwatched, type Watch } from '../core/scoring/watch';
import type { CheckpointRef } from '../core/soup/model';
import { Tokenizer } from '../core/tokenizer/tokenizer';
import { allowOrigin } from './allowed-origins';
import { planLines } from './plan-lines';
import { browserStore } from './store';

function hub(watch: Watch): Line {
  return { ...browserStore.settings, fetch: (address, init) => fetch(address, init), watch };
}

export function revisions(repo: string, watch: Watch): Promise<Revision[]> {
  watch.onProgress({ doing: `Asking for the revisions of ${repo}`, done: null, secondsLeft: null });
  return revisionsOf(hub(watch), repo);
}

export async function fromHub(repo: string, { name: revision, commit }: Pick<Revision, 'name' | 'commit'>, watch: Watch): Promise<Candidate> {
  const { source, config, tokenizer } = await hubSource(hub(watch), repo, revision, commit);
  const name = `${repo} ${revision}`;
  parseConfig(config, `${name}/config.json`); // an architecture that cannot run is refused before anything large is asked for
  await takeText(config, 'config.json', name, watch);
  await takeText(tokenizer, 'tokenizer.json', name, watch);
  return { name: revision, source, config, tokenizer };
}

/** The small files and the tables of all are read before anything is copied: what cannot be used costs no time. */
export async function fromFiles(files: PickedFile[], watch: Watch): Promise<Candidate[]> {
  const picked = await checkpointsAmong(files);
  if (picked.length === 0) throw failure('file-unrecognised', { file: files[0]?.path ?? 'the folder', allowed: 'a checkpoint: config.json, tokenizer.json and weights as .safetensors or .bin' });
  const read: (PickedCheckpoint & { texts: { config: string; tokenizer: string } })[] = [];
  for (const checkpoint of picked) read.push({ ...checkpoint, texts: await checked(checkpoint) });
  const candidates: Candidate[] = [];
  for (const { folder, weights, config, tokenizer, texts } of read) {
    const taken: PinnedFile[] = [];
    for (const file of weights) taken.push(await take(file.file, file.path, folder, watch));
    const source: BroughtSource = {
      kind: 'local',
      folder: folder.slice(0, 200),
      weights: taken,
      config: await take(config.file, config.path, folder, watch),
      tokenizer: await take(tokenizer.file, tokenizer.path, folder, watch),
    };
    candidates.push({ name: folder, source, ...texts });
  }
  return candidates;
}

/** @throws what is wrong with a picked checkpoint, as far as can be told without reading all of it */
async function checked({ folder, weights, config, tokenizer }: PickedCheckpoint): Promise<{ config: string; tokenizer: string }> {
  const texts = { config: await config.file.text(), tokenizer: await tokenizer.file.text() };
  Tokenizer.parse(texts.tokenizer, `${folder}/tokenizer.json`);
  await Checkpoint.open(weights.map(({ file }) => file), parseConfig(texts.config, `${folder}/config.json`), folder);
  return texts;
}

/** A name that is shown, and is never a way to anywhere. */
function plainName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/[^\w.+-]+/g, '-') || 'file';
}

async function take(file: Blob, path: string, name: string, watch: Watch): Promise<PinnedFile> {
  const plain = plainName(path);
  return (await browserStore.take(file, plain, `${name} ${plain}`, watch)).file;
}

function takeText(text: string, path: string, name: string, watch: Watch): Promise<PinnedFile> {
  return take(new Blob([text]), path, name, watch);
}

export async function fromAddress(address: string, watch: Watch): Promise<Candidate> {
  allowOrigin(address); // the reader typed it, and pressed the button
  const { fetchFolder } = await import('./fetch-folder');
  const { base, weights, config, tokenizer } = await fetchFolder(address, { fetch: (asked, init) => fetch(asked, init), watch });
  const name = stateOf({ kind: 'url', base } as BroughtSource) || new URL(base).host;
  const texts = { config: await config.file.text(), tokenizer: await tokenizer.file.text() };
  await checked({ folder: name, weights, config, tokenizer });
  const taken: PinnedFile[] = [];
  for (const { path, file } of weights) taken.push({ ...(await take(file, path, name, watch)), path });
  const source: BroughtSource = {
    kind: 'url',
    base,
    weights: taken,
    config: await take(config.file, config.path, name, watch),
    tokenizer: await take(tokenizer.file, tokenizer.path, name, watch),
  };
  return { name, source, ...texts };
}

/** A tokenizer is read once for as long as the page is open, however often its checkpoints are judged. */
const fingerprintOf = fingerprints();

export async function judge(candidates: Candidate[], beside: CheckpointRef[]): Promise<Judgement> {
  const fresh = candidates.map(({ name, source, config, tokenizer }): RunMember => ({ name, source, sha256: sha256OfWeights(source.weights), config, tokenizer }));
  const there = await membersHere(beside.filter(({ sha256 }) => fresh.every((member) => member.sha256 !== sha256)));
  const members = [...there, ...fresh];
  const { refusals, warnings } = sameRun(members, fingerprintOf);
  if (members.length === 0 || refusals.length > 0) return { refusals, warnings, plan: [] };
  const planned = await planLines(members);
  return { refusals: planned.refusals, warnings: [...warnings, ...planned.warnings], plan: planned.lines };
}

/** Those of whose small files this browser has; nothing is fetched to compare. */
async function membersHere(refs: CheckpointRef[]): Promise<RunMember[]> {
  const brought = refs.flatMap((ref) => (ref.source.kind === 'bundled' ? [] : [{ ...ref, source: ref.source }]));
  const here = await browserStore.which(brought.flatMap(({ source }) => [source.config.sha256, source.tokenizer.sha256]));
  const known = brought.filter(({ source }) => here.has(source.config.sha256) && here.has(source.tokenizer.sha256));
  const library = browserStore.library();
  return Promise.all(
    known.map(async (ref) => ({ name: ref.id, source: ref.source, sha256: ref.sha256, config: await library.config(ref, unwatched), tokenizer: await library.tokenizer(ref, unwatched) })),
  );
}
