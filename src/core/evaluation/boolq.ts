/** BoolQ, as lm-evaluation-harness asks it (lm_eval/tasks/super_glue/boolq/default.yaml). */
import { texts, wholeNumber } from './fields';
import { multipleChoice } from './multiple-choice';
import type { Task } from './task';

export const boolq: Task = {
  name: 'boolq',
  title: 'BoolQ',
  schema: '{"passage", "question", "label"} with label 0 for no or 1 for yes',
  files: 'val.jsonl of SuperGLUE’s BoolQ',
  home: { dataset: 'aps/super_glue', config: 'boolq', split: 'validation', shots: 'train' },
  size: { items: 3270, tokensPerItem: 180 },
  licence: 'CC BY-SA 3.0',
  citation: 'Clark et al. 2019, BoolQ: Exploring the Surprising Difficulty of Natural Yes/No Questions, https://arxiv.org/abs/1905.10044; in SuperGLUE, Wang et al. 2019, https://arxiv.org/abs/1905.00537',
  metric: 'choice',
  normalised: false,
  shots: 'random',
  description: () => '',
  instruction: 'Read the passage and answer the question with yes or no.',
  item({ passage, question, label }) {
    const found = texts(passage, question);
    if (!found) return null;
    const text = `${found[0]}\nQuestion: ${found[1]}?`;
    return multipleChoice({ context: `${text}\nAnswer:`, answers: ['no', 'yes'], gold: wholeNumber(label), text });
  },
};
