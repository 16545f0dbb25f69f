import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../errors';
import { anyText, arbitraryNotebook } from '../notebook/arbitrary-notebook';
import { parseNotebook, serialiseNotebook, toNotebook, type Notebook } from '../notebook/document';
import { fromFragment, isLink, linkBudget, mostBytes, mostCharacters, toFragment } from './link';

const first = parseNotebook(readFileSync(new URL('../../../public/notebooks/first-soup.json', import.meta.url), 'utf8'), 'first-soup.json');

/** A link by hand, which may hold anything. */
function linkOf(json: string | Uint8Array): string {
  return `#v1=${deflateSync(json).toString('base64url')}`;
}

async function refusal(fragment: string): Promise<Failure> {
  const thrown: unknown = await fromFragment(fragment).then(
    () => new Error('it was taken'),
    (reason: unknown) => reason,
  );
  if (thrown instanceof Failure) return thrown;
  throw thrown;
}

/** The same value with the fields of every object in the opposite order. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, inner]) => [key, reversed(inner)])) as T;
}

describe('any notebook', () => {
  test('comes out of a link and of a file as it went in, to the last field', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNotebook, async (notebook) => {
        expect(await fromFragment(await toFragment(notebook))).toStrictEqual(notebook);
        expect(parseNotebook(serialiseNotebook(notebook), 'f')).toStrictEqual(notebook);
      }),
      { numRuns: 200 },
    );
  });

  test('has one link, in whichever order its fields are', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryNotebook, async (notebook) => {
        const link = await toFragment(notebook);
        expect(await toFragment(structuredClone(notebook))).toBe(link);
        expect(await toFragment(reversed(notebook))).toBe(link);
        expect(link).toMatch(/^v1=[\w-]+$/); // no character that a chat application or a mail reader would change
      }),
      { numRuns: 50 },
    );
  });
});

describe('the first lesson', () => {
  test('fits into a chat message without its text, and comfortably with it', async () => {
    const bare = { ...first, cells: first.cells.map((cell) => (cell.kind === 'text' ? { ...cell, text: '', withheld: { sha256: 'c0ffee15'.repeat(8), bytes: 2355 } } : cell)) };
    const [withText, without] = [await toFragment(first), await toFragment(bare)];
    expect(without.length).toBeLessThan(linkBudget.chat);
    expect(withText.length).toBeLessThan(linkBudget.comfortable);
    expect(linkBudget.longest).toBeLessThan(mostCharacters);
  });

  test.each(['', '#'])('opens from a fragment with %j in front', async (sign) => {
    expect(await fromFragment(sign + (await toFragment(first)))).toEqual(first);
  });
});

test('a link is told from an anchor of the page', () => {
  for (const link of ['v1=', '#v1=abc', 'v27=x', 'https://a.org/b/?c=d#v1=abc']) expect(isLink(link)).toBe(true);
  for (const other of ['', '#', '#main', '#v1', '#version=1', 'https://a.org/?v1=abc', 'https://a.org/#main', 'v1.json']) expect(isLink(other)).toBe(false);
});

describe('a link that is not whole', () => {
  const link = `v1=${deflateSync(JSON.stringify(first)).toString('base64url')}`;

  test('says so wherever it ends too early', async () => {
    for (let end = 0; end < link.length; end += 37) expect(await refusal(link.slice(0, end))).toMatchObject({ code: 'link-damaged' });
    expect((await refusal(link.slice(0, -1))).message).toMatch(/^This link is not whole: .*\. Copy all of it/);
  });

  test('says so wherever a letter was changed', async () => {
    for (let at = 3; at < link.length - 1; at += 41) {
      const other = link[at] === 'A' ? 'B' : 'A';
      expect(await refusal(link.slice(0, at) + other + link.slice(at + 1))).toMatchObject({ code: 'link-damaged' });
    }
  });

  test.each([
    ['nothing', ''],
    ['an anchor', '#main'],
    ['no data', 'v1='],
    ['a bracket that closed a sentence', `${link})`],
    ['a line break', `${link.slice(0, 80)}\n${link.slice(80)}`],
    ['another alphabet', `v1=${deflateSync('\u00ff\u00fe'.repeat(99)).toString('base64').replace(/[\w]/, '+')}`],
    ['text that was not deflated', `v1=${Buffer.from('{"stockpot":2}').toString('base64url')}`],
    ['bytes that are no UTF-8', linkOf(Uint8Array.of(0x22, 0xff, 0x22))],
    ['a sentence', linkOf('soup')],
    ['half a notebook', linkOf(JSON.stringify(first).slice(0, 900))],
  ])('%s', async (_, fragment) => {
    expect(await refusal(fragment)).toMatchObject({ code: 'link-damaged' });
  });
});

describe('a link that this page cannot know', () => {
  test.each(['0', '2', '99'])('format %s', async (version) => {
    const failure = await refusal(`#v${version}=${'A'.repeat(20)}`);
    expect(failure).toMatchObject({ code: 'link-version', facts: { found: version, known: 1 } });
  });

  test('a notebook of a newer format', async () => {
    expect(await refusal(linkOf('{"stockpot":5,"title":"","cells":[]}'))).toMatchObject({ code: 'notebook-version' });
  });
});

describe('a link that is too long', () => {
  test('a megabyte of fragment is not looked at', async () => {
    const started = performance.now();
    expect(await refusal(`#v1=${'A'.repeat(1_000_000)}`)).toMatchObject({ code: 'link-too-long' });
    expect(performance.now() - started).toBeLessThan(500);
  });

  test('a notebook that would not fit makes no link', async () => {
    const note = (markdown: string): Notebook => toNotebook({ stockpot: 2, title: '', cells: Array.from({ length: 6 }, (_, i) => ({ id: `n${i}`, kind: 'note', markdown })) }, 'f');
    await expect(toFragment(note('a'.repeat(199_000)))).rejects.toMatchObject({ code: 'link-too-long' });
    const noise = fc.sample(fc.string({ unit: 'binary', minLength: 20_000, maxLength: 20_000 }), 1)[0];
    await expect(toFragment(note(noise))).rejects.toMatchObject({ code: 'link-too-long' });
  });

  test('one just within the limits opens again', async () => {
    const cells = Array.from({ length: 5 }, (_, i) => ({ id: `n${i}`, kind: 'note', markdown: 'a'.repeat(199_000) }));
    const notebook = toNotebook({ stockpot: 2, title: '', cells }, 'f');
    expect(JSON.stringify(notebook).length).toBeLessThan(mostBytes);
    expect(await fromFragment(await toFragment(notebook))).toEqual(notebook);
  });
});

describe('a hostile link', () => {
  const script = '<img src=x onerror="alert(1)"></script><script>alert(1)</script>${alert(1)}javascript:alert(1)';

  test('has its scripts in texts, where they are only text, and nowhere else', async () => {
    const everywhere = (value: unknown): unknown => {
      if (typeof value === 'string') return script;
      if (Array.isArray(value)) return value.map(everywhere);
      return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, everywhere(inner)])) : value;
    };
    expect(await refusal(linkOf(JSON.stringify(everywhere(first))))).toMatchObject({ code: 'link-malformed' });
    const texts = toNotebook({ stockpot: 2, title: script, cells: [{ id: 'n', title: script, kind: 'note', markdown: script }, { id: 't', title: script, kind: 'text', text: script, separator: script }] }, 'f');
    expect(await fromFragment(await toFragment(texts))).toEqual(texts);
  });

  test.each([
    ['a foreign host', { kind: 'https://example.org/model.safetensors' }],
    ['a foreign address', { kind: 'bundled', run: 'https://example.org', name: 'a' }],
    ['a path that leads out', { kind: 'bundled', run: '../../secrets', name: 'a' }],
    ['another field', { kind: 'bundled', run: 'pico', name: 'step8000', url: 'https://example.org' }],
  ])('has no say where checkpoints come from: %s', async (_, source) => {
    const cells = [{ id: 'c', kind: 'checkpoints', checkpoints: [{ id: 'a', source, sha256: 'a'.repeat(64) }] }];
    expect(await refusal(linkOf(JSON.stringify({ stockpot: 2, title: '', cells })))).toMatchObject({ code: 'link-malformed' });
  });

  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])('cannot reach what objects have in common: %s as a field', async (field) => {
    for (const json of [`{"stockpot":2,"title":"","cells":[],"${field}":{"polluted":1}}`, `{"stockpot":2,"title":"","cells":[{"id":"n","kind":"note","markdown":"","${field}":{"polluted":1}}]}`]) {
      expect(await refusal(linkOf(json))).toMatchObject({ code: 'link-malformed' });
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('may call its cells as it likes, even in circles', async () => {
    const cells = [
      { id: '__proto__', kind: 'soup', method: 'uniform', ingredients: ['constructor'] },
      { id: 'constructor', kind: 'soup', method: 'uniform', ingredients: ['__proto__', 'constructor'] },
    ];
    const notebook = toNotebook({ stockpot: 2, title: '', cells }, 'f');
    expect(await fromFragment(await toFragment(notebook))).toEqual(notebook);
  });

  test('with anything in any one place is a notebook or is refused in sentences', async () => {
    const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), anyText, fc.constantFrom(-1, 1e9, 1e308, 0.5, '1', 'NaN', [], {}, null));
    await fc.assert(
      fc.asyncProperty(arbitraryNotebook, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), anything, async (notebook, where, value) => {
        const json = JSON.stringify(changedSomewhere(notebook, where, value));
        const opened = await fromFragment(linkOf(json)).catch((thrown: unknown) => thrown);
        if (opened instanceof Failure) expect(opened.message).toMatch(/^[“A-Z].*[.)”]$/s);
        else expect(await fromFragment(await toFragment(opened as Notebook))).toStrictEqual(opened);
      }),
      { numRuns: 500 },
    );
  });

  /** With one of its leaves replaced, which of them a share between 0 and 1 says. */
  function changedSomewhere(value: unknown, where: number, by: unknown): unknown {
    let next = Math.floor(where * leaves(value));
    const visit = (inner: unknown): unknown => {
      if (isLeaf(inner)) return next-- === 0 ? by : inner;
      if (Array.isArray(inner)) return inner.map(visit);
      return Object.fromEntries(Object.entries(inner as object).map(([key, each]) => [key, visit(each)]));
    };
    return visit(value);
  }

  function leaves(value: unknown): number {
    return isLeaf(value) ? 1 : Object.values(value as object).reduce((sum: number, inner) => sum + leaves(inner), 0);
  }

  function isLeaf(value: unknown): boolean {
    return typeof value !== 'object' || value === null || Object.keys(value).length === 0;
  }
});
