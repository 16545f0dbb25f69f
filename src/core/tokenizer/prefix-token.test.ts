import { describe, expect, test } from 'vitest';
import { prefixToken, type PostProcessor } from './prefix-token';

const added = ['<unk>', '</s>', '[CLS]', '<s>', '<|endoftext|>', '<|im_start|>'].map((content, id) => ({ id, content }));
const template = (...names: string[]): PostProcessor => ({
  type: 'TemplateProcessing',
  single: names.map((id) => (id === 'A' ? {} : { SpecialToken: { id } })),
});

describe('the token in front of a text', () => {
  test.each<[string, PostProcessor | null, number]>([
    ['a beginning by its name, before any end', null, 3],
    ['what a template puts first', template('<|im_start|>', 'A', '</s>'), 5],
    ['not what it puts last', template('A', '</s>'), 3],
    ['a template within a sequence', { type: 'Sequence', processors: [{ type: 'ByteLevel' }, template('<|im_start|>', 'A')] }, 5],
    ['the first of BERT and RoBERTa', { type: 'RobertaProcessing', cls: ['[CLS]', 2] }, 2],
    ['a name, where the template has one that the file does not know', template('<start>', 'A'), 3],
  ])('%s', (_, processor, id) => {
    expect(prefixToken(added, processor)).toBe(id);
  });

  test('an end, where there is no beginning', () => {
    expect(prefixToken(added.slice(0, 3), null)).toBe(1);
    expect(prefixToken(added.slice(4), { type: 'ByteLevel' })).toBe(4);
  });

  test('nothing, where no name is known', () => {
    expect(prefixToken(added.slice(0, 1), null)).toBeUndefined();
  });
});
