/** Whether checkpoints can come of one run, told from their small files and their hashes: before anything large is fetched. */
import { toFailure } from '../errors';
import { sha256Of } from '../sha256';
import { Tokenizer } from '../tokenizer/tokenizer';
import { parseConfig, type ModelConfig } from './config';
import type { Source } from './source';

export interface RunMember {
  /** as the person knows it, such as `step1000` */
  name: string;
  source: Source;
  /** of its weights (source.ts) */
  sha256: string;
  /** the text of config.json */
  config: string;
  /** the text of tokenizer.json */
  tokenizer: string;
}

/** In plain words, each naming the checkpoints it is about. */
export interface SameRun {
  /** why they cannot be merged */
  refusals: string[];
  /** why it may not be worth it */
  warnings: string[];
}

/** What checkpoints of one run have in common. */
export interface RunFacts {
  config: ModelConfig;
  /** of the tokenizer */
  fingerprint: string;
}

/**
 * Compares each with the first: same architecture and shapes, same tokenizer; and all by their weights and where they lie.
 * @param fingerprintOf one that is kept spares reading the same tokenizers again
 */
export function sameRun(members: RunMember[], fingerprintOf: FingerprintOf = fingerprints()): SameRun {
  const refusals: string[] = [];
  const understood = members.map((member) => understand(member, refusals, fingerprintOf)).filter((member) => member !== null);
  const [first, ...others] = understood;
  for (const other of others) {
    const found = differenceOf(first, other);
    if (found) refusals.push(`“${first.name}” and “${other.name}” cannot be merged: ${found}.`);
  }
  return { refusals, warnings: [...sameWeights(members), ...severalRuns(members)] };
}

/** Why checkpoints of two runs cannot be merged, in a few words; null where they can. */
export function differenceOf(a: RunFacts, b: RunFacts): string | null {
  const keys = [...new Set([...Object.keys(a.config), ...Object.keys(b.config)])] as (keyof ModelConfig)[];
  const [one, other] = [a, b].map(({ config }) => (key: keyof ModelConfig) => JSON.stringify(config[key]));
  const key = keys.find((key) => one(key) !== other(key));
  if (key !== undefined) return `their ${key} is ${one(key)} and ${other(key)}`;
  return a.fingerprint === b.fingerprint ? null : 'their tokenizers make different tokens of a text';
}

function understand({ name, config, tokenizer }: RunMember, refusals: string[], fingerprintOf: FingerprintOf): (RunFacts & { name: string }) | null {
  try {
    return { name, config: parseConfig(config, `${name}/config.json`), fingerprint: fingerprintOf(tokenizer, `${name}/tokenizer.json`) };
  } catch (thrown) {
    refusals.push(toFailure(thrown).message);
    return null;
  }
}

/** @param file what to call it in an error. @throws tokenizer-malformed */
export type FingerprintOf = (text: string, file: string) => string;

/** Checkpoints of a run mostly have one tokenizer, byte for byte: it is read once, and only its fingerprint is kept. */
export function fingerprints(): FingerprintOf {
  const known = new Map<string, string>();
  return (text, file) => {
    const sha256 = sha256Of(text);
    const found = known.get(sha256) ?? Tokenizer.parse(text, file).fingerprint;
    known.set(sha256, found);
    return found;
  };
}

/** Published runs have such branches: of Pythia-2.8B's 154, 76 hold what `main` holds (https://github.com/EleutherAI/pythia/issues/205). */
function sameWeights(members: RunMember[]): string[] {
  return [...new Set(members.map(({ sha256 }) => sha256))]
    .map((sha256) => members.filter((member) => member.sha256 === sha256))
    .filter((group) => group.length > 1)
    .map((group) => `${list(group.map(({ name }) => `“${name}”`))} have the same weights, byte for byte: their soup is ${group.length === 2 ? 'either' : 'any one'} of them.`);
}

/** Separately trained models lie in separate valleys, even where only their seed differs: https://arxiv.org/abs/2209.04836 */
function severalRuns(members: RunMember[]): string[] {
  const runs = [...new Set(members.map(({ source }) => runOf(source)).filter((run) => run !== null))];
  return runs.length < 2 ? [] : [`They come from ${list(runs)}. Models that were trained apart seldom make a good soup: check that these are one run.`];
}

/** What holds one run's checkpoints; null where nothing says it. */
function runOf(source: Source): string | null {
  if (source.kind === 'bundled') return source.run;
  return source.kind === 'hub' ? source.repo : null;
}

function list(words: string[]): string {
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}
