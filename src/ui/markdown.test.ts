import { describe, expect, test, vi } from 'vitest';
import { markdownHtml } from './markdown';

/** There is no document here to sanitise in: what the browser makes of hostile Markdown is tested there. */
vi.mock('dompurify', () => ({ default: { sanitize: (html: string) => html } }));

describe('Markdown', () => {
  test('knows formulas in a line, and on lines of their own, which end a paragraph', () => {
    expect(markdownHtml('It is $x$.')).toMatch(/^<p>It is <math>.*<\/math>\.<\/p>/);
    expect(markdownHtml('It is\n$$\nx\n$$\nand no more.')).toMatch(/^<p>It is<\/p>\n<math display="block".*<\/math>\n?<p>and no more\.<\/p>/s);
    expect(markdownHtml('$$x$$')).toMatch(/^<math display="block"/);
    expect(markdownHtml('It costs $5.')).toBe('<p>It costs $5.</p>\n');
    expect(markdownHtml('It is $$x$$ here.')).toMatch(/^<p>It is <math display="block".*<\/math> here\.<\/p>/);
    expect(markdownHtml('Two $$ on\nlines $$ of one paragraph.')).toBe('<p>Two $$ on\nlines $$ of one paragraph.</p>\n');
  });

  test('of any length that a person writes is parsed', () => {
    expect(markdownHtml('*Soup* is **good**.\n\n'.repeat(150))).toContain('<em>Soup</em>');
  });

  test('that is longer is shown as it was written', () => {
    expect(markdownHtml(`*a* <b>\n${'x'.repeat(10_000)}`)).toMatch(/^<p>\*a\* &#60;b&#62;<br>x+<\/p>$/);
    expect(markdownHtml('*a* '.repeat(501))).toMatch(/^<p>\*a\* /);
  });
});

/** Two orders of magnitude stand between the limit here and what these took: a busy machine fails no test. */
describe('no note keeps the page busy', () => {
  test.each([
    ['emphasis that never ends', 'a_'],
    ['emphasis in emphasis', '_a*'],
    ['emphasis that nothing follows', '*a '],
    ['brackets', '['],
    ['backticks', '`'],
    ['quotations in quotations', '>'],
    ['lists in lists', '- '],
    ['formulas that never end', 'a $$ '],
    ['formulas that never end, on their own lines', 'a\n$$\n'],
    ['one formula in another', '$'],
    ['tags that never end', '<a'],
    ['headings', 'a\n-\n'],
  ])('of nothing but %s', (_, mark) => {
    for (const length of [200_000, 10_000, 1_000]) {
      const start = performance.now();
      markdownHtml(mark.repeat(length / mark.length));
      expect(performance.now() - start).toBeLessThan(700);
    }
  });

  test('of lists in lists, each further in than the one before, or of a formula of nothing but braces', () => {
    const start = performance.now();
    markdownHtml(Array.from({ length: 90 }, (_, i) => `${'  '.repeat(i)}- a`).join('\n'));
    markdownHtml(`$${'{'.repeat(9_000)}$`);
    markdownHtml(`$${'\\frac'.repeat(1_500)}$`);
    expect(performance.now() - start).toBeLessThan(1_500);
  });
});
