import { expect, test } from 'vitest';
import { html, Html } from './html';

test('what is put in is text, in an element and in an attribute', () => {
  expect(html`<p title="${'"><script>'}">${`<b>&'`}</p>`.markup).toBe('<p title="&#34;&#62;&#60;script&#62;">&#60;b&#62;&#38;&#39;</p>');
});

test('HTML stays HTML, also in arrays, and is not escaped twice', () => {
  expect(html`<ul>${['a<', 'b'].map((item) => html`<li>${item}</li>`)}</ul>${new Html('<hr>')}`.markup).toBe('<ul><li>a&#60;</li><li>b</li></ul><hr>');
});

test('numbers are numbers, and null is nothing', () => {
  expect(html`${0}${null}${[1, null, 2]}`.markup).toBe('012');
});

test('a backslash is a backslash', () => {
  expect(html`<p>${'\\u003c'}</p>`.markup).toBe('<p>\\u003c</p>');
});
