/** Markdown with formulas -> HTML that is safe to put into the page, whoever wrote it. */
import DOMPurify from 'dompurify';
import { Marked, type TokenizerAndRendererExtension } from 'marked';
import temml from 'temml';

/** Without temml's inline styles: the page's security policy refuses them, and MathML does without. */
function mathml(tex: string, display: boolean): string {
  const markup = temml.renderToString(tex, { displayMode: display, throwOnError: false, trust: false });
  return markup.replace(/ (?:style|class)="[^"]*"/g, '');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * Where a note is shown as it was written: the parser takes time that grows with the square of the length, and of the number of
 * marks, that stand in one paragraph. Within these the worst of notes takes less than a tenth of a second.
 */
const mostCharacters = 10_000;
const mostMarks = 1_000;

function isParsed(markdown: string): boolean {
  return markdown.length <= mostCharacters && (markdown.match(/[*_~$><[@`]/g)?.length ?? 0) <= mostMarks;
}

/** A formula as MathML. */
export function formulaHtml(tex: string, display: boolean): string {
  return orAsWritten(tex, () => mathml(tex, display));
}

/** Sanitised HTML; the text as it was written where no parser can take it: nested too deeply for the stack. */
function orAsWritten(text: string, render: () => string): string {
  try {
    return sanitise(render());
  } catch {
    return asWritten(text);
  }
}

function asWritten(text: string): string {
  return sanitise(`<p>${escapeHtml(text).replaceAll('\n', '<br>')}</p>`);
}

/**
 * `$...$` and `$$...$$` in a line, and `$$...$$` over several lines.
 * @param start finds where one may begin, looking at a text once: a block's start ends the paragraph before it
 */
function formulaExtension(name: string, level: 'inline' | 'block', start: RegExp, pattern: RegExp): TokenizerAndRendererExtension {
  return {
    name,
    level,
    start: (source) => source.search(start),
    tokenizer(source) {
      const match = pattern.exec(source);
      return match ? { type: name, raw: match[0], tex: match[2].trim(), display: match[1] === '$$' } : undefined;
    },
    renderer: (token) => mathml(token.tex as string, token.display as boolean),
  };
}

const marked = new Marked({ gfm: true, async: false });
marked.use({ renderer: { html: ({ text }) => escapeHtml(text) } }); // raw HTML in Markdown is shown, never used
marked.use({
  extensions: [
    formulaExtension('formulaBlock', 'block', /(?<=^|\n)\$\$/, /^(\$\$)([^$]+)\$\$/),
    formulaExtension('formulaInline', 'inline', /\$\$?[^$\n]+\$/, /^(\$\$?)([^$\n]+)\1/),
  ],
});

/** Sanitised last and put in once: whatever changes HTML after sanitising reopens the hole. */
function sanitise(html: string): string {
  return DOMPurify.sanitize(html, {
    USE_PROFILES: { html: true, mathMl: true },
    FORBID_TAGS: ['style', 'form', 'input', 'button', 'img', 'video', 'audio', 'iframe'],
    FORBID_ATTR: ['style', 'id', 'name', 'class'],
    // every attribute's value is held against this one: http(s), or nothing that could be a scheme
    ALLOWED_URI_REGEXP: /^(?:https?:|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
  });
}

/** A note's Markdown as HTML; a note too long to be parsed in no time is shown as it was written. */
export function markdownHtml(markdown: string): string {
  if (!isParsed(markdown)) return asWritten(markdown);
  return orAsWritten(markdown, () => marked.parse(markdown) as string);
}
