/**
 * WinoGrande, as lm-evaluation-harness asks it (Sakaguchi et al. 2019, https://arxiv.org/abs/1907.10641): each option is put
 * into the blank, and what is scored is the same end of the sentence after either.
 */
import { areStrings, characters, parseJsonLines } from './json-lines';
import type { Item, Task } from './task';

const schema = '{"sentence" with one _, "option1", "option2", "answer"} with answer "1" or "2"';

export const winogrande: Task = {
  name: 'winogrande',
  title: 'WinoGrande',
  schema,
  files: 'dev.jsonl',
  normalised: false,
  parse: (text, file) =>
    parseJsonLines(text, file, schema, ({ sentence, option1, option2, answer }): Item | null => {
      if (!areStrings(sentence, option1, option2) || (answer !== '1' && answer !== '2')) return null;
      const blank = (sentence as string).indexOf('_');
      if (blank < 0) return null;
      const [before, end] = [(sentence as string).slice(0, blank), (sentence as string).slice(blank + 1).trim()];
      const choice = (option: string): Item['choices'][0] => ({ context: before + option, continuation: ` ${end}`, characters: characters(end) });
      return { gold: Number(answer) - 1, choices: [choice(option1), choice(option2)] };
    }),
};
