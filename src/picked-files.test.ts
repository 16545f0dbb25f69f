import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Failure } from './core/errors';
import { formatVersion, parseNotebook, type Notebook } from './core/notebook/document';
import { maxTextBytes } from './core/perplexity/documents';
import { recogniseFiles } from './picked-files';
import { notebookData } from './sharing/notebook-in-page';

const file = (name: string, content: BlobPart): File => new File([content], name);
const notebookJson = readFileSync(new URL('../public/notebooks/first-soup.json', import.meta.url), 'utf8');
const piqa = file('valid.jsonl', '{"goal": "g", "sol1": "s", "sol2": "t"}\n');
const labels = file('valid-labels.lst', '1\n0\n');
const winogrande = file('dev.jsonl', '{"sentence": "a _", "option1": "x", "option2": "y", "answer": "1"}\n');

async function refusal(...files: File[]): Promise<Failure> {
  const thrown: unknown = await recogniseFiles(files).then(() => 'nothing', (error: unknown) => error);
  if (!(thrown instanceof Failure)) throw new Error(`expected a Failure, got ${String(thrown)}`);
  return thrown;
}

describe('what files are, from what is in them', () => {
  test('a notebook', async () => {
    const found = await recogniseFiles([file('my soup.json', notebookJson)]);
    expect(found).toMatchObject({ kind: 'notebook', notebook: { stockpot: formatVersion, title: 'First soup' } });
  });

  test('a notebook in the page it was saved as, and an ordinary page, which is a text', async () => {
    const page = `<!doctype html><title>x</title>${notebookData(parseNotebook(notebookJson, 'x')).markup}</html>`;
    expect(await recogniseFiles([file('my soup.HTML', page)])).toMatchObject({ kind: 'notebook', notebook: { title: 'First soup' } });
    expect(await recogniseFiles([file('a.html', '<p>Words.</p>')])).toEqual({ kind: 'text', text: '<p>Words.</p>' });
  });

  test('the items of a task, with or without their labels, in any order and under any name', async () => {
    expect(await recogniseFiles([piqa, labels])).toEqual({ kind: 'items', task: 'piqa' });
    expect(await recogniseFiles([labels, piqa])).toEqual({ kind: 'items', task: 'piqa' });
    expect(await recogniseFiles([winogrande])).toEqual({ kind: 'items', task: 'winogrande' });
    expect(await recogniseFiles([file('x.txt', `\n${await piqa.text()}`)])).toEqual({ kind: 'items', task: 'piqa' });
  });

  test.each([
    ['mine.txt', 'Süß, 🍲 and “quotes”.\n'],
    ['mine.md', '# Soup'],
    ['documents.jsonl', '{"text": "one"}\n{"text": "two"}\n'],
    ['no extension', 'x'],
  ])('a text: %s', async (name, text) => {
    expect(await recogniseFiles([file(name, text)])).toEqual({ kind: 'text', text });
  });

  test('an empty file is refused: it would wipe a text', async () => {
    await expect(recogniseFiles([file('mine.txt', ' \n')])).rejects.toMatchObject({ code: 'file-unrecognised' });
  });

  test('a text that tells of PIQA further down is a text', async () => {
    const text = 'The fields are\n{"goal", "sol1", "sol2"}.';
    expect(await recogniseFiles([file('a.txt', text)])).toEqual({ kind: 'text', text });
  });
});

describe('what is none of them is refused', () => {
  test.each<[string, File[]]>([
    ['bytes that are no UTF-8', [file('soup.safetensors', Uint8Array.of(0x50, 0xff, 0xfe))]],
    ['text with zeros in it', [file('soup.bin', 'a\0b')]],
    ['a binary file beside items', [piqa, file('x.bin', Uint8Array.of(0xff))]],
    ['two texts', [file('a.txt', 'a'), file('b.txt', 'b')]],
    ['a text beside a notebook', [file('a.json', notebookJson), file('b.txt', 'b')]],
    ['a file that is far too long', [file('long.txt', 'a'.repeat(4 * maxTextBytes + 1))]],
  ])('%s', async (_, files) => {
    const failed = await refusal(...files);
    expect(failed).toMatchObject({ code: 'file-unrecognised', facts: { file: files.map(({ name }) => name).join(', ') } });
    expect(failed.message).toMatch(/notebook.*plain text.*PIQA or WinoGrande/);
  });

  test('a .json or a page that holds no notebook, or one of a newer format', async () => {
    expect((await refusal(file('package.json', '{"name": "stockpot"}'))).code).toBe('notebook-malformed');
    expect((await refusal(file('half.json', notebookJson.slice(0, 100)))).code).toBe('notebook-malformed');
    expect((await refusal(file('half.html', notebookData({} as Notebook).markup))).code).toBe('notebook-malformed');
    expect((await refusal(file('new.json', '{"stockpot": 99}'))).code).toBe('notebook-version');
  });
});
