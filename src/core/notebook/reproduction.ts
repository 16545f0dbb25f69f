/** Reported numbers held against one's own, number by number (reproduction-rule.ts says when they agree). */
import type { BackendInfo } from '../scoring/backend';
import type { Notebook } from './document';
import type { ReportedResult } from './reported';
import { keyDigits, reportedResult } from './reported-result';
import { agreement } from './reproduction-agreement';
import { numbersOf, type ReportedNumber, type Told } from './reproduction-numbers';
import { sameWay, toleranceBetween } from './reproduction-rule';
import type { KeptResult } from './results';
import type { CellKey } from './stale';

/** One number there and here; null where there is none, or none yet. */
export interface ReproductionRow {
  /** what it is the number of, as “step7000 on “text”” */
  what: string;
  quantity: ReportedNumber['quantity'];
  reported: Told | null;
  here: Told | null;
  /** null as long as there is nothing to compare */
  agrees: boolean | null;
  /** why it does not, or how it does all the same */
  note?: string;
}

export interface Reproduction {
  /**
   * `reported`: not run here yet. `reproduced`: all numbers agree. `differs`: one does not. `changed`: the cell, or what it rests
   * on, was edited since, so that the reported numbers are not about it.
   */
  verdict: 'reported' | 'reproduced' | 'differs' | 'changed';
  backends: { reported: BackendInfo; here: BackendInfo | null };
  /** in words; null as long as there is nothing to compare */
  tolerance: string | null;
  rows: ReproductionRow[];
}

/**
 * @param key of the cell as it is now; undefined where there is no such cell
 * @param kept the cell's result; one of an older state of the cell counts as none
 */
export function reproductionOf(reported: ReportedResult, key: CellKey | undefined, kept: KeptResult | undefined): Reproduction {
  const changed = key?.key.slice(0, keyDigits) !== reported.key;
  if (changed || !kept || kept.key.key !== key?.key) {
    const rows = numbersOf(reported).map((there) => ({ ...nameOf(there), reported: there.told, here: null, agrees: null }));
    return { verdict: changed ? 'changed' : 'reported', backends: { reported: reported.backend, here: null }, tolerance: null, rows };
  }
  const rows = rowsOf(reported, kept);
  return {
    verdict: rows.every(({ agrees }) => agrees) ? 'reproduced' : 'differs',
    backends: { reported: reported.backend, here: kept.backend },
    tolerance: toleranceWords(reported.backend, kept.backend),
    rows,
  };
}

/** All that a notebook reports, in the order of its cells' results. */
export function reproductionsOf({ reported }: Notebook, keys: ReadonlyMap<string, CellKey>, results: ReadonlyMap<string, KeptResult>): ({ cell: string } & Reproduction)[] {
  return (reported?.results ?? []).map((result) => ({ cell: result.cell, ...reproductionOf(result, keys.get(result.cell), results.get(result.cell)) }));
}

function rowsOf(reported: ReportedResult, kept: KeptResult): ReproductionRow[] {
  const told = reportedResult(reported.cell, kept.key.key, kept);
  const [theirs, ours] = [numbersOf(reported), told ? numbersOf(told) : []];
  const relative = toleranceBetween(reported.backend, kept.backend);
  const rows = theirs.map((there): ReproductionRow => {
    const here = ours.find((each) => isSame(each, there));
    if (!here) return { ...nameOf(there), reported: there.told, here: null, agrees: false, note: 'there is no such number here' };
    return { ...nameOf(there), reported: there.told, here: here.told, ...agreement(there, here, kept.result, relative) };
  });
  const unreported = ours.filter((here) => !theirs.some((there) => isSame(here, there)));
  return [...rows, ...unreported.map((here) => ({ ...nameOf(here), reported: null, here: here.told, agrees: false, note: 'this number was not reported' }))];
}

function isSame(a: ReportedNumber, b: ReportedNumber): boolean {
  return a.what === b.what && a.quantity === b.quantity;
}

function nameOf({ what, quantity }: ReportedNumber): Pick<ReproductionRow, 'what' | 'quantity'> {
  return { what, quantity };
}

function toleranceWords(reported: BackendInfo, here: BackendInfo): string {
  const how = sameWay(reported, here) ? 'Computed in the same way there and here' : 'Computed in different ways there and here';
  return `${how}: mean NLL m within ${toleranceBetween(reported, here)} max(1, m) nats per token, and what follows from it.`;
}
