/** HellaSwag, as lm-evaluation-harness asks it (lm_eval/tasks/hellaswag/hellaswag.yaml and utils.py). */
import { capitalize } from './capitalize';
import { textList, texts, wholeNumber } from './fields';
import { multipleChoice } from './multiple-choice';
import type { Task } from './task';
import { strip } from './white-space';

export const hellaswag: Task = {
  name: 'hellaswag',
  title: 'HellaSwag',
  schema: '{"activity_label", "ctx_a", "ctx_b", "endings": [four texts], "label"} with label from 0 to 3',
  files: 'hellaswag_val.jsonl',
  home: { dataset: 'Rowan/hellaswag', config: 'default', split: 'validation', shots: 'train' },
  size: { items: 10042, tokensPerItem: 180 },
  licence: 'MIT',
  citation: 'Zellers et al. 2019, HellaSwag: Can a Machine Really Finish Your Sentence?, https://arxiv.org/abs/1905.07830',
  metric: 'choice',
  normalised: true,
  shots: 'random',
  description: () => '',
  instruction: 'Say how it goes on.',
  item({ activity_label, ctx_a, ctx_b, endings, label }) {
    const [found, answers] = [texts(activity_label, ctx_a, ctx_b), textList(endings)];
    if (!found || !answers) return null;
    const [activity, first, second] = found;
    const context = clean(`${activity}: ${first} ${capitalize(second)}`);
    return multipleChoice({ context, answers: answers.map(clean), gold: wholeNumber(label), text: context });
  },
};

/** `preprocess` of utils.py: what WikiHow left in brackets goes. To Python a dot is all but a newline. */
function clean(text: string): string {
  return strip(text).replaceAll(' [title]', '. ').replaceAll(/\[[^\n]*?\]/g, '').replaceAll('  ', ' ');
}
