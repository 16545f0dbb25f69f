/** The repositories that the double serves. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { flippedAt, inMemory, onDisk, type Content } from './content';

export interface ServedRevision {
  /** of the branch or the tag */
  name: string;
  kind?: 'branch' | 'tag';
  /** by path */
  files: Record<string, Content>;
}

export interface ServedRepo {
  /** `owner/name` */
  repo: string;
  revisions: ServedRevision[];
  /** `private`: without a token it is as if it were not there. `gated`: its files are for those who accepted its terms */
  shown?: 'everybody' | 'private' | 'gated';
}

/** The commit that a revision of the double stands at. */
export function commitOf(repo: string, revision: string): string {
  return createHash('sha1').update(`${repo} ${revision}`).digest('hex');
}

/** The steps at which Pythia was published: 154. */
export const pythiaSteps: number[] = [0, ...Array.from({ length: 10 }, (_, i) => 2 ** i), ...Array.from({ length: 143 }, (_, i) => 1000 * (i + 1))];

const root = join(import.meta.dirname, '../..');
const pico = join(root, 'models/pico');

/** The pico run, published as Pythia was: a branch for each of 154 steps. Those that pico has are its own, the others differ from one of them in a bit. */
export function picoRun(repo = 'stockpot/pico', twins: [string, string][] = [['step2000', 'step3000']]): ServedRepo {
  const own = readdirSync(pico).filter((name) => /^step\d+$/.test(name));
  const made = pythiaSteps.map((step, i) => [`step${step}`, picoWeights(own, `step${step}`, i)] as const);
  const weights = new Map<string, Content>([...made, ['main', picoWeights(own, 'step143000', pythiaSteps.length - 1)]]);
  for (const [one, other] of twins) weights.set(other, weights.get(one) as Content);
  const small = picoFiles();
  return { repo, revisions: [...weights].map(([name, content]) => ({ name, files: { ...small, 'model.safetensors': content } })) };
}

/** What every revision of pico has beside its weights, and a README as most have. */
export function picoFiles(): Record<string, Content> {
  return { '.gitattributes': inMemory('*.safetensors filter=lfs diff=lfs merge=lfs -text\n'), 'README.md': inMemory('# pico\n'), 'config.json': onDisk(join(pico, 'config.json')), 'tokenizer.json': onDisk(join(pico, 'tokenizer.json')) };
}

/** Of one of pico's own checkpoints, such as `step1000`. */
export function weightsOf(step: string): Content {
  return onDisk(join(pico, step, 'model.safetensors'));
}

function picoWeights(own: string[], name: string, i: number): Content {
  if (own.includes(name)) return weightsOf(name);
  const content = weightsOf(own[i % own.length]);
  return flippedAt(content, content.bytes - 2 * (i + 1)); // the lowest bit of a half: another number, and a finite one
}
