/** Says, before anything large begins, what it will take and how it is best done here; or that it cannot be, and what can. */
import { parseConfig, type ModelConfig } from '../checkpoint/config';
import { bytesPerWeight, countOf } from '../graph/weights';
import { parameterShapes } from '../graph/architectures';
import { precisions, residentByDefault, weightTypes, type Limits, type Precision } from '../scoring/backend';
import { memoryOf, parametersOf, type Memory } from './memory';
import { pythiaConfig, pythiaSizes, type PythiaSize } from './pythia';

/** A checkpoint of the soup, before it is here. */
export interface Ingredient {
  /** of its files of weights */
  bytes: number;
  /** whether they are on this disk already */
  here: boolean;
}

export interface Plan {
  precision: Precision;
  /** bytes that may keep checkpoints between merges */
  resident: number;
  needs: Memory & { download: number; disk: number };
  refusal: Refusal | null;
  warnings: string[];
}

export interface Refusal {
  /** what is lacking, as a clause */
  found: string;
  /** what can be done here instead */
  largest: string;
}

/**
 * The first way that fits, 32-bit weights before 16-bit ones; what is left over keeps checkpoints for the next merge.
 * @param precision where the reader has chosen one
 */
export function plan(config: ModelConfig, ingredients: Ingredient[], limits: Limits, precision?: Precision): Plan {
  const ways = waysOf(config, ingredients, limits, precision);
  const fitting = ways.find(({ lacking }) => lacking === null) ?? ways[ways.length - 1];
  const { precision: chosen, memory, lacking } = fitting;
  const missing = ingredients.filter(({ here }) => !here).reduce((sum, { bytes }) => sum + bytes, 0);
  const needs = { ...memory, download: missing, disk: missing };
  const tooFull = limits.disk !== null && missing > limits.disk ? `${gigabytes(missing)} have to be kept, and the disk has ${gigabytes(limits.disk)} left for this page` : null;
  const found = lacking ?? tooFull;
  return {
    precision: chosen,
    resident: found ? 0 : residentBytes(config, ingredients, memory, limits),
    needs,
    refusal: found ? { found, largest: largestThatFits(limits) } : null,
    warnings: warningsOf(config, chosen, limits, precision),
  };
}

interface Way {
  precision: Precision;
  memory: Memory;
  lacking: string | null;
}

function waysOf(config: ModelConfig, ingredients: Ingredient[], limits: Limits, precision?: Precision): Way[] {
  return (precision ? [precision] : precisions).map((precision) => {
    const memory = memoryOf({ config, kind: limits.kind, precision, storedSize: storedSize(config, ingredients) });
    return { precision, memory, lacking: lackingFor(config, precision, memory, limits) };
  });
}

/** What a way lacks on this device, as a clause; null where it fits. */
function lackingFor(config: ModelConfig, precision: Precision, memory: Memory, limits: Limits): string | null {
  if (precision === 'fp16-weights' && !limits.halves) return 'it does not fit in 32 bits, and this device cannot cast 16-bit weights';
  const uncut = [...parameterShapes(config)].find(([, shape]) => bytesPerWeight[weightTypes[precision]] * countOf(shape.length < 2 ? shape : shape.slice(1)) > limits.binding);
  if (uncut) return `a row of “${uncut[0]}” is more than the ${gigabytes(limits.binding)} that this device binds`;
  if (limits.device !== null && memory.device > limits.device) return `it takes ${gigabytes(memory.device)} of graphics memory, and about ${gigabytes(limits.device)} are there`;
  if (limits.worker !== null && memory.worker > limits.worker) return `it takes ${gigabytes(memory.worker)} of memory, and about ${gigabytes(limits.worker)} are there`;
  return null;
}

/** Files are of one type in practice: per value they take 2 bytes and a little, or 4. */
function storedSize(config: ModelConfig, ingredients: Ingredient[]): number {
  const largest = Math.max(0, ...ingredients.map(({ bytes }) => bytes));
  return largest / parametersOf(config) > 3 ? 4 : 2;
}

/** As much as all ingredients take where merging happens, decoded on processors and as stored on devices, if there is room for it. */
function residentBytes(config: ModelConfig, ingredients: Ingredient[], memory: Memory, limits: Limits): number {
  const onDevice = limits.kind === 'webgpu';
  const each = parametersOf(config) * (onDevice ? storedSize(config, ingredients) : 4);
  const [limit, taken] = onDevice ? [limits.device, memory.device] : [limits.worker, memory.worker];
  const wanted = Math.max(residentByDefault, each * ingredients.length);
  return limit === null ? residentByDefault : Math.max(0, Math.min(wanted, limit - taken));
}

function warningsOf(config: ModelConfig, precision: Precision, limits: Limits, asked?: Precision): string[] {
  const warnings: string[] = [];
  if (precision === 'fp16-weights' && !asked) warnings.push('It fits with weights of 16 bits only: scores differ from those with 32 in the fourth digit.');
  const [what, limit] = limits.kind === 'webgpu' ? ['the graphics device', limits.device] : ['this page', limits.worker];
  if (limit === null && parametersOf(config) > 3e8) warnings.push(`How much memory ${what} may take is not known: it may turn out to be too little.`);
  return warnings;
}

/** The largest Pythia that fits in either precision, with its parameters. */
function largestThatFits(limits: Limits): string {
  const fits = (size: PythiaSize): boolean => {
    const config = parseConfig(pythiaConfig(size), size);
    return waysOf(config, [], limits).some(({ lacking }) => lacking === null);
  };
  const largest = pythiaSizes.filter(fits).pop();
  if (!largest) return 'another device: not even Pythia-70M fits on this one';
  const millions = Math.round(parametersOf(parseConfig(pythiaConfig(largest), largest)) / 1e6);
  return `a model of about ${millions >= 1000 ? `${(millions / 1000).toFixed(1)} billion` : `${millions} million`} parameters or fewer (Pythia-${largest})`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e9 ? 2 : 1)} GB`;
}
