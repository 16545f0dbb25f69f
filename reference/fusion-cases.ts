/** The Fisher and RegMean soups that golden_fusion.py made in PyTorch, and how ours are asked for. */
import { readFileSync } from 'node:fs';
import { readItemFiles } from '../src/core/evaluation/item-files';
import { piqa } from '../src/core/evaluation/piqa';
import type { Fusion, FusionData } from '../src/core/merging/fusion';
import { parseNotebook } from '../src/core/notebook/document';
import { splitDocuments } from '../src/core/perplexity/documents';
import type { Window } from '../src/core/perplexity/windows';
import golden from './golden/fusion.json' with { type: 'json' };

interface GoldenSoup {
  method: 'fisher' | 'regmean';
  ingredients: string[];
  parameters: { floor?: number; normalise?: boolean; scale?: number; ridge?: number };
  windows: Window[];
  perplexity: number;
  tensors: Record<string, { norm: number; sums: number[] }>;
}

export interface FusionCase extends GoldenSoup {
  name: string;
  fusion: Fusion;
}

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

const text: FusionData = { text: { name: 'passages', documents: [read('reference/continuation-passages.txt').slice(0, golden.passages)] }, convention: { kind: 'rolling' } };
const items: FusionData = { items: readItemFiles(piqa, [{ name: 'piqa_style.jsonl', text: read('public/tasks/piqa_style.jsonl') }]).slice(0, 24) };

function fusionOf(name: string, { method, parameters: { floor = 0, normalise = false, scale = 1, ridge = 0 } }: GoldenSoup): Fusion {
  const data = name.includes('items') ? items : text;
  return method === 'fisher' ? { method, data, estimator: 'empirical', examples: 64, floor, normalise, seed: 1 } : { method, data, scale, ridge };
}

export const fusionCases: FusionCase[] = Object.entries(golden).flatMap(([name, value]) => (typeof value === 'object' && 'method' in value ? [{ name, ...(value as GoldenSoup), fusion: fusionOf(name, value as GoldenSoup) }] : []));

/** What each soup's perplexity is of: the first lesson's text. */
export function scoredDocuments(): string[] {
  const [cell] = parseNotebook(read('public/notebooks/first-soup.json'), 'first-soup.json').cells.flatMap((cell) => (cell.kind === 'text' ? [cell] : []));
  return splitDocuments('text', cell.text, cell.split, '');
}
