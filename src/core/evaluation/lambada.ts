/** LAMBADA as OpenAI prepared it and lm-evaluation-harness asks it (lm_eval/tasks/lambada/lambada_openai.yaml): the last word. */
import { multipleChoice } from './multiple-choice';
import type { Task } from './task';

export const lambada: Task = {
  name: 'lambada_openai',
  title: 'LAMBADA',
  schema: '{"text"} whose last word is asked for',
  files: 'lambada_test.jsonl',
  home: { dataset: 'EleutherAI/lambada_openai', config: 'default', split: 'test', shots: null },
  size: { items: 5153, tokensPerItem: 110 },
  licence: 'MIT (LAMBADA itself: CC BY 4.0)',
  citation: 'Paperno et al. 2016, The LAMBADA dataset: Word prediction requiring a broad discourse context, https://arxiv.org/abs/1606.06031; prepared by Radford et al. 2019',
  metric: 'greedy',
  normalised: false,
  shots: 'random',
  description: () => '',
  instruction: 'Say the next word.',
  item({ text }) {
    if (typeof text !== 'string') return null;
    const space = text.lastIndexOf(' '); // a word is what stands after the last space, as in Python's text.split(' ')
    const context = text.slice(0, Math.max(0, space));
    return multipleChoice({ context, answers: [text.slice(space + 1)], gold: 0, text: context });
  },
};
