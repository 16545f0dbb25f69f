/** PIQA, as lm-evaluation-harness asks it (Bisk et al. 2020, https://arxiv.org/abs/1911.11641). */
import { failure } from '../errors';
import { characters, parseJsonLines, strings } from './json-lines';
import type { Item, Task } from './task';

const schema = '{"goal", "sol1", "sol2", "label"} with label 0 or 1; the official file keeps its labels in a second file, one a line';

export const piqa: Task = {
  name: 'piqa',
  title: 'PIQA',
  schema,
  files: 'valid.jsonl together with valid-labels.lst',
  normalised: true,
  parse(text, file, labels) {
    const gold = labels?.split(/\r?\n/).filter((line) => line.trim() !== '').map(Number);
    const items = parseJsonLines(text, file, schema, ({ goal, sol1, sol2, label }, i): Item | null => {
      const texts = strings(goal, sol1, sol2);
      const right = gold ? (gold[i] ?? 0) : label; // a label too few is told below
      if (!texts || (right !== 0 && right !== 1)) return null;
      const [question, ...solutions] = texts;
      const context = `Question: ${question}\nAnswer:`;
      return { gold: right, choices: solutions.map((solution) => ({ context, continuation: ` ${solution}`, characters: characters(solution) })) };
    });
    if (gold && gold.length !== items.length) {
      throw failure('items-malformed', { file, line: items.length, found: `there are ${items.length} items and ${gold.length} labels`, allowed: 'one label for each item' });
    }
    return items;
  },
};
