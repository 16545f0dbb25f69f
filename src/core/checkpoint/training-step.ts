/** How far training had come, as people write it into the names of branches, folders and files. */

export interface TrainingStep {
  step: number;
  /** tokens seen by then, where the name says so */
  tokens: number | null;
  /** of a run in stages */
  stage: number | null;
}

/** What a step goes by: Pythia, OLMo and SmolLM say step, transformers checkpoint, DeepSpeed global_step, Megatron iter, Composer ba. */
const steps = /(?<![a-z])(?:global)?(?:step|iteration|iter|checkpoint|ckpt|ba)s?[-_ =]*(\d+(?:\.\d+)?)([km])?(?![a-z0-9])/i;
const stages = /(?<![a-z])stage[-_ ]*(\d+)(?!\d)/i;
/** `tokens252B`; and right behind the step `2BT` as FineWeb has it, or `1007B` as TinyLlama has it */
const tokens = [/(?<![a-z])tokens[-_ ]*(\d+(?:\.\d+)?)([kmbt])?(?![a-z0-9])/i, /(?:step|iter)s?[-_]*\d+[km]?[-_](\d+(?:\.\d+)?)([mbt])t?(?![a-z0-9])/i];
/** `0001000`: of a commit there would be letters */
const bare = /^(\d{1,12})$/;

const units: Record<string, number> = { k: 1e3, m: 1e6, b: 1e9, t: 1e12 };

/**
 * Understands `step1000`, `step-240000`, `stage1-step120000-tokens252B`, `checkpoint-30`, `global_step1000`, `iter_0001000`,
 * `0001000`, `ckpt_5k` and their like.
 * @returns null for a name that says nothing of it, such as `main` or `v1.0`
 */
export function trainingStepOf(name: string): TrainingStep | null {
  const step = amount(steps.exec(name) ?? bare.exec(name));
  if (step === null) return null;
  const stage = stages.exec(name);
  return { step, tokens: amount(tokens.map((form) => form.exec(name)).find((found) => found) ?? null), stage: stage && Number(stage[1]) };
}

/**
 * Orders names along training: by stage, then by step. Names that say nothing of it come after, `main` last of all: it is where
 * most runs put their end.
 */
export function alongTraining(a: string, b: string): number {
  const [first, second] = [placeOf(a), placeOf(b)];
  const differing = first.findIndex((part, i) => part !== second[i]);
  return differing < 0 ? a.localeCompare(b, 'en', { numeric: true }) : first[differing] - second[differing];
}

/** What decides, the most weighty first. */
function placeOf(name: string): number[] {
  const found = trainingStepOf(name);
  return found ? [0, found.stage ?? 0, found.step] : [name === 'main' ? 2 : 1];
}

/** A number and its unit; null where they are not a whole number. */
function amount(found: RegExpExecArray | null): number | null {
  if (!found) return null;
  const value = Math.round(Number(found[1]) * (found[2] ? units[found[2].toLowerCase()] : 1) * 1e6) / 1e6; // 1.1 million is a little more in binary
  return Number.isSafeInteger(value) ? value : null;
}
