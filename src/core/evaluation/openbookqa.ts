/** OpenBookQA without its book, as lm-evaluation-harness asks it (lm_eval/tasks/openbookqa/openbookqa.yaml). */
import { texts } from './fields';
import { lettered } from './lettered';
import { multipleChoice } from './multiple-choice';
import type { Task } from './task';
import { stripStart } from './white-space';

export const openbookqa: Task = {
  name: 'openbookqa',
  title: 'OpenBookQA',
  schema: '{"question_stem", "choices": {"text": [texts], "label": [letters]}, "answerKey"} with answerKey one of the letters',
  files: 'rows of the test split, as the Hugging Face Hub has them',
  home: { dataset: 'allenai/openbookqa', config: 'main', split: 'test', shots: 'train' },
  size: { items: 500, tokensPerItem: 50 },
  licence: 'not stated by its publishers',
  citation: 'Mihaylov et al. 2018, Can a Suit of Armor Conduct Electricity? A New Dataset for Open Book Question Answering, https://arxiv.org/abs/1809.02789',
  metric: 'choice',
  normalised: true,
  shots: 'random',
  description: () => '',
  instruction: 'Complete the sentence, or answer the question.',
  item({ question_stem, choices, answerKey }) {
    const [stem, key] = texts(question_stem, answerKey) ?? [];
    const found = stem === undefined ? null : lettered(choices, stripStart(key));
    return found && multipleChoice({ ...found, context: stem, text: stem });
  },
};
