/** ARC, both of its parts, as lm-evaluation-harness asks them (lm_eval/tasks/arc/arc_easy.yaml, arc_challenge.yaml). */
import { lettered } from './lettered';
import { multipleChoice } from './multiple-choice';
import type { Task } from './task';

export const arcEasy: Task = {
  name: 'arc_easy',
  title: 'ARC-Easy',
  schema: '{"question", "choices": {"text": [texts], "label": [letters]}, "answerKey"} with answerKey one of the letters',
  files: 'rows of the test split, as the Hugging Face Hub has them',
  home: { dataset: 'allenai/ai2_arc', config: 'ARC-Easy', split: 'test', shots: 'train' },
  size: { items: 2376, tokensPerItem: 60 },
  licence: 'CC BY-SA 4.0',
  citation: 'Clark et al. 2018, Think you have Solved Question Answering? Try ARC, the AI2 Reasoning Challenge, https://arxiv.org/abs/1803.05457',
  metric: 'choice',
  normalised: true,
  shots: 'random',
  description: () => '',
  instruction: 'Answer the question.',
  item({ question, choices, answerKey }) {
    const found = lettered(choices, answerKey);
    if (!found || typeof question !== 'string') return null;
    return multipleChoice({ ...found, context: `Question: ${question}\nAnswer:`, text: question });
  },
};

export const arcChallenge: Task = {
  ...arcEasy,
  name: 'arc_challenge',
  title: 'ARC-Challenge',
  home: { dataset: 'allenai/ai2_arc', config: 'ARC-Challenge', split: 'test', shots: 'train' },
  size: { items: 1172, tokensPerItem: 75 },
};
