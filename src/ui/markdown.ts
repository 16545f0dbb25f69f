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

/** A formula as MathML. */
export function formulaHtml(tex: string, display: boolean): string {
  return orAsWritten(tex, () => mathml(tex, display));
}

/** Sanitised HTML; the text as it was written where no parser can take it: nested too deeply for the stack. */
function orAsWritten(text: string, render: () => string): string {
  try {
    return sanitise(render());
  } catch {
    return sanitise(`<p>${escapeHtml(text)}</p>`);
  }
}

/** `$...$` in a line, and `$$...$$` on its own. */
function formulaExtension(name: string, level: 'inline' | 'block', pattern: RegExp): TokenizerAndRendererExtension {
  return {
    name,
    level,
    start: (source) => source.indexOf(level === 'block' ? '$$' : '$'), // a block's start ends the paragraph before it
    tokenizer(source) {
      const match = pattern.exec(source);
      return match ? { type: name, raw: match[0], tex: match[1].trim() } : undefined;
    },
    renderer: (token) => mathml(token.tex as string, level === 'block'),
  };
}

const marked = new Marked({ gfm: true, async: false });
marked.use({ renderer: { html: ({ text }) => escapeHtml(text) } }); // raw HTML in Markdown is shown, never used
marked.use({
  extensions: [formulaExtension('formulaBlock', 'block', /^\$\$([^$]+)\$\$/), formulaExtension('formulaInline', 'inline', /^\$([^$\n]+)\$/)],
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

export function markdownHtml(markdown: string): string {
  return orAsWritten(markdown, () => marked.parse(markdown) as string);
}
