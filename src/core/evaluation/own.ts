/** The reader's own multiple-choice items: each choice follows the context after one space. */
import { textList, wholeNumber } from './fields';
import { multipleChoice } from './multiple-choice';
import type { Row, Task } from './task';

export const own: Task = {
  name: 'own',
  title: 'Your own items',
  schema:
    '"context", "choices" and "answer" in each row: choices as a JSON list, or in columns choice1, choice2, …; answer as the text of the right choice, or as its number, counted from 0 (where a written number is both, the text counts)',
  files: '.jsonl or .csv file of items',
  home: null,
  size: { items: 100, tokensPerItem: 60 },
  licence: 'as you have it',
  citation: '',
  metric: 'choice',
  normalised: true,
  shots: 'random',
  description: () => '',
  instruction: 'Choose the right answer.',
  item(row) {
    const answers = choicesOf(row);
    if (!answers || typeof row.context !== 'string') return null;
    return multipleChoice({ context: row.context, answers, gold: goldOf(row.answer, answers), text: row.context });
  },
};

function choicesOf(row: Row): string[] | null {
  if (typeof row.choices === 'string') return textList(jsonOf(row.choices));
  return textList(row.choices ?? numbered(row));
}

/** choice1, choice2, … up to the first that is empty or missing. */
function numbered(row: Row): unknown[] {
  const found: unknown[] = [];
  for (let i = 1; row[`choice${i}`] !== undefined && row[`choice${i}`] !== ''; i++) found.push(row[`choice${i}`]);
  return found;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function goldOf(answer: unknown, answers: string[]): number | null {
  const named = answers.indexOf(answer as string);
  return named >= 0 ? named : wholeNumber(answer);
}
