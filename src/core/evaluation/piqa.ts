/** PIQA, as lm-evaluation-harness asks it (lm_eval/tasks/piqa/piqa.yaml). */
import { texts, wholeNumber } from './fields';
import { multipleChoice } from './multiple-choice';
import type { Task } from './task';

export const piqa: Task = {
  name: 'piqa',
  title: 'PIQA',
  schema: '{"goal", "sol1", "sol2", "label"} with label 0 or 1; the authors’ file keeps its labels in a second file, one a line',
  files: 'valid.jsonl together with valid-labels.lst',
  home: { dataset: 'baber/piqa', config: 'default', split: 'validation', shots: 'train' },
  size: { items: 1838, tokensPerItem: 70 },
  // sha256 of the items published by their authors
  knownItems: 'cbb91c268c52e48e835fbb167d300a72bbb002b837cc86f12bcdaa7fbdfd2124',
  licence: 'not stated by its publishers',
  citation: 'Bisk et al. 2020, PIQA: Reasoning about Physical Commonsense in Natural Language, https://arxiv.org/abs/1911.11641',
  metric: 'choice',
  normalised: true,
  shots: 'random',
  description: () => '',
  instruction: 'Say which way reaches the goal.',
  item({ goal, sol1, sol2, label }) {
    const found = texts(goal, sol1, sol2);
    if (!found) return null;
    const [question, ...answers] = found;
    return multipleChoice({ context: `Question: ${question}\nAnswer:`, answers, gold: wholeNumber(label), text: question });
  },
};
