import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fromFragment, toFragment } from '../link/link';
import { parseNotebook, serialiseNotebook } from './document';

/** Written by older pages, and what the present one makes of them. None of these files is ever changed. */
const frozen = (name: string): string => readFileSync(new URL(`frozen/${name}.json`, import.meta.url), 'utf8');

const names = ['first-soup', 'every-field', 'defaults'];

describe.each(names.flatMap((name) => [[name, 1], [name, 2], [name, 3]] as const))('%s of format %i', (name, format) => {
  const [older, present] = [frozen(`${name}.v${format}`), frozen(`${name}.v4`)];

  test('opens as the notebook of format 4 that says the same', () => {
    expect(parseNotebook(older, 'f')).toStrictEqual(JSON.parse(present));
    expect(serialiseNotebook(parseNotebook(older, 'f'))).toBe(present);
  });

  test('opens from a link that was made of it then', async () => {
    const link = `#v1=${deflateSync(JSON.stringify(JSON.parse(older))).toString('base64url')}`;
    expect(await fromFragment(link)).toStrictEqual(JSON.parse(present));
  });

  test('comes out of a link that is made of it now', async () => {
    expect(await fromFragment(await toFragment(parseNotebook(older, 'f')))).toStrictEqual(JSON.parse(present));
  });
});

test('a link of the first version opens, to the letter', async () => {
  expect(await fromFragment(JSON.parse(frozen('every-field.link-v1')) as string)).toStrictEqual(JSON.parse(frozen('every-field.v4')));
});
