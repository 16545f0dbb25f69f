/**
 * WinoGrande, as lm-evaluation-harness asks it (Sakaguchi et al. 2019, https://arxiv.org/abs/1907.10641): each option is put
 * into the blank, and what is scored is the same end of the sentence after either.
 */
import { characters, parseJsonLines, strings } from './json-lines';
import type { Item, Task } from './task';
import { strip } from './white-space';

const schema = '{"sentence" with one _, "option1", "option2", "answer"} with answer "1" or "2"';

export const winogrande: Task = {
  name: 'winogrande',
  title: 'WinoGrande',
  schema,
  files: 'dev.jsonl',
  normalised: false,
  parse: (text, file) =>
    parseJsonLines(text, file, schema, ({ sentence, option1, option2, answer }): Item | null => {
      const texts = strings(sentence, option1, option2);
      if (!texts || (answer !== '1' && answer !== '2')) return null;
      const [whole, ...options] = texts;
      const blank = whole.indexOf('_');
      if (blank < 0) return null;
      const [before, end] = [whole.slice(0, blank), strip(whole.slice(blank + 1))];
      return { gold: Number(answer) - 1, choices: options.map((option) => ({ context: before + option, continuation: ` ${end}`, characters: characters(end) })) };
    }),
};
