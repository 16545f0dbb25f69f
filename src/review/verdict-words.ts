/** What is said of reported numbers. */
import type { Reproduction } from '../core/notebook/reproduction';
import { backendNames, type BackendInfo } from '../core/scoring/backend';

type Backends = Reproduction['backends'];

export function backendWords({ kind, precision, device }: BackendInfo): string {
  return `${backendNames[kind]} (${device}, ${precision})`;
}

export const verdictWords: Record<Reproduction['verdict'], { title: string; sentence(backends: Backends): string }> = {
  reported: { title: 'Reported', sentence: ({ reported }) => `Computed by the notebook’s author on ${backendWords(reported)}; not yet run here.` },
  reproduced: { title: 'Reproduced', sentence: ({ reported, here }) => `Here on ${here ? backendWords(here) : 'this device'}, reported on ${backendWords(reported)}: every number agrees.` },
  differs: { title: 'Differs', sentence: () => 'Run here, it does not come to the numbers that were reported.' },
  changed: { title: 'Of other settings', sentence: () => 'These numbers were reported for other settings than this cell, or what it rests on, has now.' },
};

/** All cells together: “5 of 6 results are reproduced; “Line” differs.” */
export function verdictSummary(verdicts: { title: string; verdict: Reproduction['verdict'] }[]): string {
  const titles = (verdict: Reproduction['verdict']): string[] => verdicts.filter((each) => each.verdict === verdict).map(({ title }) => `“${title}”`);
  const [differing, waiting, changed] = [titles('differs'), titles('reported'), titles('changed')];
  const reproduced = verdicts.length - differing.length - waiting.length - changed.length;
  if (waiting.length === verdicts.length) return `${verdicts.length} result${verdicts.length === 1 ? ' is' : 's are'} reported; none has been run here.`;
  const parts = [`${reproduced} of ${verdicts.length} results are reproduced`];
  if (differing.length > 0) parts.push(`${differing.join(' and ')} ${differing.length === 1 ? 'differs' : 'differ'}`);
  if (waiting.length > 0) parts.push(`${waiting.length} not run yet`);
  if (changed.length > 0) parts.push(`${changed.length} ${changed.length === 1 ? 'is' : 'are'} of other settings`);
  return `${parts.join('; ')}.`;
}
