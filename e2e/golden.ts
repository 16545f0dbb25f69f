/** The golden files as tests read them, and how close is close enough. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

export interface GoldenNll {
  text: string;
  documents: string[];
  models: Record<string, { coefficients: Record<string, number>; documents: number[][]; long: number[] }>;
  wide: { tokens: number[]; nll: number[] };
}

export interface GoldenHarness {
  models: Record<string, { tasks: Record<string, { logLikelihoods: number[][]; right: number[]; acc: number; acc_norm?: number }> }>;
}

export interface GoldenSoup {
  tensors: Record<string, { sum: number; squares: number; first: number[] }>;
}

/** The harness's answers to the official sets, and to made-up items of every task. */
export interface GoldenOfficial {
  tasks: Record<string, { logLikelihoods: number[][] }>;
}

export interface GoldenTasks {
  runs: { task: string; shots: number; logLikelihoods: number[][] }[];
}

/** What transformers says about fixed models of every architecture. */
export type GoldenArchitectures = Record<string, { config: object; length: number; nll: number[] }>;

/** What transformers says about the checkpoints that it saved, by architecture and type. */
export type GoldenCheckpoints = Record<string, Record<'fp32' | 'fp16' | 'bf16', number[]>>;

const read = <T>(name: string): T => JSON.parse(readFileSync(join(root, 'reference/golden', `${name}.json`), 'utf8')) as T;

export const goldenNll = read<GoldenNll>('nll');
export const goldenHarness = read<GoldenHarness>('harness');
export const goldenSoup = read<GoldenSoup>('soup');
export const goldenOfficial = read<GoldenOfficial>('official');
export const goldenArchitectures = read<GoldenArchitectures>('architectures');
export const goldenCheckpoints = read<GoldenCheckpoints>('checkpoints');
export const goldenTasks = read<GoldenTasks>('tasks');

/**
 * The largest `|found - expected| / max(1, expected)` of two rows of NLLs: what tolerances are given for.
 * NaN counts as infinitely far, and so do rows of different lengths.
 */
export function farthest(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length || found.length === 0) return Infinity;
  return Array.from(expected).reduce((most, value, i) => {
    const distance = Math.abs(found[i] - value) / Math.max(1, value);
    return Number.isNaN(distance) ? Infinity : Math.max(most, distance);
  }, 0);
}

/** Numbers a test measured, on a line of their own in its output. */
export function report(what: string, value: number, unit = ''): void {
  console.log(`      ${what}: ${value !== 0 && Math.abs(value) < 0.01 ? value.toExponential(1) : Number(value.toPrecision(3))}${unit}`);
}
