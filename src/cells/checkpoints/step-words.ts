/** States of training in words: a few characters for a crowded grid, a line for whoever wants to know. */
import type { TrainingStep } from '../../core/checkpoint/training-step';
import { count } from '../../ui/numbers';

/** 1000 -> `1k`, 143000 -> `143k`, 512 -> `512`; with its stage where a run has several. */
export function shortStep(name: string, at: TrainingStep | null): string {
  if (at === null) return name;
  const { step, stage } = at;
  const short = step >= 1000 && step % 100 === 0 ? `${step / 1000}k` : String(step);
  return stage === null || stage === 1 ? short : `${stage}·${short}`;
}

export function stepWords(name: string, at: TrainingStep | null): string {
  if (at === null) return name;
  const { step, stage, tokens } = at;
  const parts = [stage === null ? '' : `stage ${stage}`, `step ${count(step)}`, tokens === null ? '' : `${count(Math.round(tokens / 1e9))} billion tokens`];
  return `${name}: ${parts.filter(Boolean).join(', ')}`;
}
