/**
 * WinoGrande, as lm-evaluation-harness asks it (lm_eval/tasks/winogrande, after Trinh & Le 2018, https://arxiv.org/abs/1806.02847):
 * each option is put into the blank, and what is scored is the same end of the sentence after either.
 */
import { texts, wholeNumber } from './fields';
import { choice } from './multiple-choice';
import type { Task } from './task';
import { strip } from './white-space';

export const winogrande: Task = {
  name: 'winogrande',
  title: 'WinoGrande',
  schema: '{"sentence" with one _, "option1", "option2", "answer"} with answer "1" or "2"',
  files: 'dev.jsonl',
  home: { dataset: 'allenai/winogrande', config: 'winogrande_xl', split: 'validation', shots: 'train' },
  size: { items: 1267, tokensPerItem: 37 },
  // sha256 of the items published by their authors
  knownItems: '4321ecbbfbe5b22bd0eef63931834f313b51ab477bf7916e40326e1f2c6d8522',
  licence: 'CC BY',
  citation: 'Sakaguchi et al. 2019, WinoGrande: An Adversarial Winograd Schema Challenge at Scale, https://arxiv.org/abs/1907.10641',
  metric: 'choice',
  normalised: false,
  shots: 'random',
  description: () => '',
  instruction: 'Say which of the two fills the blank.',
  item({ sentence, option1, option2, answer }) {
    const found = texts(sentence, option1, option2);
    const right = wholeNumber(answer);
    if (!found || (right !== 1 && right !== 2)) return null;
    const [whole, ...options] = found;
    const blank = whole.indexOf('_');
    if (blank < 0) return null;
    const [before, end] = [whole.slice(0, blank), strip(whole.slice(blank + 1))];
    return { choices: options.map((option) => choice(before + option, end)), gold: right - 1, text: whole, cluster: twins(whole, options) };
  },
};

/**
 * Twins have the same options and begin alike. The harness's rows do not name them; by these marks the official development
 * set has 283 pairs of twins among its 1267 items.
 */
function twins(sentence: string, options: string[]): string {
  return [...[...options].sort(), ...sentence.split(' ').slice(0, 2)].join('|');
}
