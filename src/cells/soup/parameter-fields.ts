/** The numbers that merge methods may be told, as fields of a form. */
import { usualParameters, type MethodParameters } from '../../core/merging/merge-method';

type Numeric = Exclude<keyof typeof usualParameters, 'normalise'>;

export interface ParameterField {
  name: Numeric;
  label: string;
  /** what it does, for whoever asks */
  help: string;
  least: number;
  most: number;
  step: number | 'any';
}

export const parameterFields: ParameterField[] = [
  { name: 'temperature', label: 'Temperature T', help: 'Softmax of minus the mean NLL over T: 1 is the paper’s rule, smaller exaggerates differences', least: 0.001, most: 1e6, step: 0.1 },
  { name: 'last', label: 'Last', help: 'How many of the last ingredients are averaged', least: 1, most: 100, step: 1 },
  { name: 'decay', label: 'Decay', help: 'What the average keeps of itself at each later ingredient', least: 0, most: 0.999, step: 0.05 },
  { name: 'share', label: 'Share that selects', help: 'The first part selects, the rest reports: what selects is never what reports', least: 0.05, most: 0.95, step: 0.05 },
  { name: 'examples', label: 'Examples at most', help: 'Items, or windows of the text, whose gradients are taken one by one', least: 1, most: 10_000, step: 1 },
  { name: 'floor', label: 'Floor', help: 'No weight’s Fisher information counts for less than this', least: 0, most: 1e6, step: 'any' },
  { name: 'scale', label: 'Off-diagonal entries times', help: 'Below 1 the soup stays nearer to the average, and a short text is enough', least: 0, most: 1, step: 0.05 },
  { name: 'ridge', label: 'Ridge', help: 'Added to the diagonal of the Gram matrices, as a share of its mean', least: 0, most: 1e6, step: 'any' },
  { name: 'seed', label: 'Seed', help: 'What sampled targets are drawn with', least: 0, most: 2 ** 32 - 1, step: 1 },
];

/** What was typed, within what is allowed; the usual value where it is no number. */
export function fieldValue({ name, least, most, step }: ParameterField, typed: number): number {
  if (!Number.isFinite(typed)) return usualParameters[name];
  const within = Math.min(most, Math.max(least, typed));
  return step === 1 ? Math.round(within) : within;
}

/** The fields of a method, in the order above; targets are only drawn where the estimator is sampled. */
export function fieldsOf(reads: (keyof MethodParameters)[], estimator: MethodParameters['estimator']): ParameterField[] {
  return parameterFields.filter(({ name }) => reads.includes(name) && (name !== 'seed' || estimator === 'sampled'));
}
