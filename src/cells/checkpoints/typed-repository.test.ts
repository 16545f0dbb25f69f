import { expect, test } from 'vitest';
import { isRepo } from '../../core/notebook/source';
import { repositoryIn } from './typed-repository';

test.each(['a/b', ' a/b ', 'a/b/', 'https://huggingface.co/a/b', 'https://huggingface.co/a/b/tree/step1000', 'https://localhost:8000/a/b/', 'huggingface.co/a/b?library=x', 'hf.co/a/b#files'])(
  '“%s” means a/b',
  (text) => {
    expect(repositoryIn(text)).toBe('a/b');
  },
);

test.each(['pythia-160m', 'a/', '', 'https://huggingface.co', 'https://huggingface.co/'])('“%s” is no repository', (text) => {
  expect(isRepo(repositoryIn(text))).toBe(false);
});
