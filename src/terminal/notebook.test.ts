import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openNotebook, withTexts } from './notebook';
import { toFragment } from '../core/link/link';
import { serialiseNotebook, toNotebook, type Notebook } from '../core/notebook/document';
import { sha256Of } from '../core/sha256';

const folder = mkdtempSync(join(tmpdir(), 'stockpot-notebook-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const text = 'Soup is good.\n\nSo is bread.';
const withheld = { sha256: sha256Of(text), bytes: text.length };
const notebook = toNotebook({ stockpot: 2, title: 't', cells: [{ id: 'mine', kind: 'text', text: '', withheld }, { id: 'other', kind: 'text', text: 'Kept.' }, { id: 'n', kind: 'note', markdown: '' }] }, 'f');
const textOf = ({ cells }: Notebook, id = 'mine'): unknown => cells.flatMap((cell) => (cell.kind === 'text' && cell.id === id ? cell.text : []))[0];

describe('a notebook for the terminal', () => {
  test('is a file, a link, or what begins at its #, or after it', async () => {
    const fragment = await toFragment(notebook);
    for (const source of [write('n.json', serialiseNotebook(notebook)), `https://example.org/soup/?a=b#${fragment}`, `http://localhost:4173/#${fragment}\n`, `#${fragment}`, fragment]) {
      expect(await openNotebook(source)).toEqual(notebook);
    }
  });

  test('may be a file with a byte-order mark', async () => {
    expect(await openNotebook(write('marked.json', `\uFEFF${serialiseNotebook(notebook)}`))).toEqual(notebook);
  });

  test.each([
    ['https://example.org/', 'link-damaged'],
    ['https://example.org/#main', 'link-damaged'],
    ['#', 'link-damaged'],
    ['#v1=AAAA', 'link-damaged'],
    ['#v7=AAAA', 'link-version'],
    ['no-such-file.json', 'file-unrecognised'],
  ])('%s is refused', async (source, code) => {
    await expect(openNotebook(source)).rejects.toMatchObject({ code });
  });
});

describe('a text that its author withheld', () => {
  test.each([text, `${text}\n`, `${text}\r\n`, text.replaceAll('\n', '\r\n'), `\uFEFF${text.replaceAll('\n', '\r\n')}\r\n`])('is taken from a file, whatever its line ends are and whatever stands around it: %j', async (content) => {
    const found = await withTexts(notebook, [`mine=${write('mine.txt', content)}`]);
    expect(textOf(found.notebook)).toBe(text);
    expect(found.remarks).toEqual([]);
    expect(textOf(found.notebook, 'other')).toBe('Kept.');
  });

  test('is found with the line ends that its author’s file had', async () => {
    const theirs = text.replaceAll('\n', '\r\n');
    const cells = notebook.cells.map((cell) => (cell.id === 'mine' ? { ...cell, withheld: { sha256: sha256Of(theirs), bytes: theirs.length } } : cell)) as Notebook['cells'];
    const found = await withTexts({ ...notebook, cells }, [`mine=${write('theirs.txt', `${theirs}\r\n`)}`]);
    expect([textOf(found.notebook), found.remarks]).toEqual([theirs, []]);
  });

  test('takes the place of the items that a text is made of', async () => {
    const made = toNotebook({ stockpot: 2, title: '', cells: [{ id: 'mine', kind: 'text', text: '', items: { name: 'piqa_style' } }] }, 'f');
    const found = await withTexts(made, [`mine=${write('instead.txt', 'One.\r\nTwo.')}`]);
    expect(found.notebook.cells).toMatchObject([{ text: 'One.\nTwo.', items: null }]);
  });

  test('may be replaced by another one, of which is said that it is not the author’s', async () => {
    const found = await withTexts(notebook, [`mine=${write('a=b.txt', 'Mine.\n')}`, `other=${write('other.txt', 'Also mine.')}`]);
    expect([textOf(found.notebook), textOf(found.notebook, 'other')]).toEqual(['Mine.\n', 'Also mine.']);
    expect(found.remarks).toEqual(['“mine” is not its author’s text, so the reported numbers are not about it.']);
  });

  test.each(['mine', 'n=file.txt', 'nobody=file.txt', 'mine=no-such-file.txt', '=', ''])('is not found in %j', async (option) => {
    await expect(withTexts(notebook, [option])).rejects.toMatchObject({ code: 'file-unrecognised' });
  });

  test('goes into a cell that the refusal names', async () => {
    await expect(withTexts(notebook, ['n=f'])).rejects.toThrow(/“mine” or “other”/);
    await expect(withTexts({ ...notebook, cells: [] }, ['n=f'])).rejects.toThrow(/of which there is none/);
  });
});
