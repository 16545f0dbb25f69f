/** HTML put together from parts, each string of which is text unless it is known to be HTML. */

/** HTML that may stand as it is. */
export class Html {
  constructor(readonly markup: string) {}
}

export type Part = string | number | null | Html | Part[];

/** Escapes whatever is put into the template and is no HTML; an array is its parts one after the other, null is nothing. */
export function html(template: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(String.raw({ raw: template }, ...parts.map(markupOf)));
}

function markupOf(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (Array.isArray(part)) return part.map(markupOf).join('');
  return part === null ? '' : escaped(String(part));
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
