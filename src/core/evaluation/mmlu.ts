/**
 * MMLU, as lm-evaluation-harness asks it (lm_eval/tasks/mmlu/default): all subjects as one task, where the harness has a task
 * for each. What is scored is the letter.
 */
import { textList, texts, wholeNumber } from './fields';
import { multipleChoice } from './multiple-choice';
import type { Task } from './task';
import { strip } from './white-space';

const letters = ['A', 'B', 'C', 'D'];

export const mmlu: Task = {
  name: 'mmlu',
  title: 'MMLU',
  schema: '{"question", "subject", "choices": [four texts], "answer"} with answer from 0 to 3',
  files: 'rows of the test split of all subjects, as the Hugging Face Hub has them',
  home: { dataset: 'cais/mmlu', config: 'all', split: 'test', shots: 'dev' },
  size: { items: 14042, tokensPerItem: 130 },
  licence: 'MIT',
  citation: 'Hendrycks et al. 2021, Measuring Massive Multitask Language Understanding, https://arxiv.org/abs/2009.03300',
  metric: 'choice',
  normalised: false,
  shots: 'first',
  description: (subject = '') => `The following are multiple choice questions (with answers) about ${subject.replaceAll('_', ' ')}.\n\n`,
  instruction: 'Answer the question with the letter of the right choice.',
  item({ question, subject, choices, answer }) {
    const [found, four] = [texts(question, subject), textList(choices)];
    if (!found || four?.length !== letters.length) return null;
    const text = [strip(found[0]), ...four.map((choice, i) => `${letters[i]}. ${choice}`)].join('\n');
    return multipleChoice({ context: `${text}\nAnswer:`, answers: letters, gold: wholeNumber(answer), text, group: found[1] });
  },
};
