/** What became of the numbers that a notebook reports, as text for a terminal. */
import { printableLine } from './printable';
import type { Notebook } from '../core/notebook/document';
import type { Reported } from '../core/notebook/reported';
import type { Reproduction, ReproductionRow } from '../core/notebook/reproduction';
import type { Told } from '../core/notebook/reproduction-numbers';

const verdicts: Record<Reproduction['verdict'], string> = {
  reported: 'not run here',
  reproduced: 'reproduced',
  differs: 'differs',
  changed: 'changed since: the reported numbers are not about it as it is now',
};

/** Cell by cell: what was reproduced, and what differs with both numbers. */
export function reproductionReport({ cells }: Notebook, { app, finished }: Reported, reproductions: ({ cell: string } & Reproduction)[]): string {
  const head = `Reported by Stockpot ${app} on ${finished.slice(0, 10)}, and run again here`;
  const tolerances = new Set(reproductions.flatMap(({ tolerance }) => tolerance ?? []));
  const lines = reproductions.flatMap(({ cell, verdict, rows }) => [
    `${printableLine(cells.find(({ id }) => id === cell)?.title || cell)}: ${verdicts[verdict]}`,
    ...rows.filter(({ note }) => note !== undefined).map((row) => `  ${rowLine(row)}`),
  ]);
  return [head, ...lines, ...tolerances].join('\n  ');
}

function rowLine({ what, quantity, reported, here, note }: ReproductionRow): string {
  return `${what}: ${quantity} ${number(reported)} reported, ${number(here)} here (${note})`;
}

function number(told: Told | null): string {
  return told ? String(Number(told.value.toPrecision(6))) : 'none';
}
