/** Where the focus is on the page, and how it gets to a cell. */

const fields = 'textarea, select, input:not([type="checkbox"], [type="radio"], [type="button"], [type="file"]), [contenteditable]';
const reachable = `${fields}, button, summary, input, a[href], [tabindex="0"]`;

/** Whether keys mean something of their own there: letters to a field, arrows to a slider. */
export function isTyping(element: Element | null): boolean {
  return element?.matches(fields) ?? false;
}

/** Whether what is typed there changes the notebook at once. */
export function isWriting(element: Element | null): boolean {
  return element?.matches('textarea, [data-writes]') ?? false;
}

/** The id of the cell that has the focus or holds what has it. */
export function cellInFocus(element: Element | null): string | null {
  return element?.closest('[data-cell]')?.getAttribute('data-cell') ?? null;
}

function cellElement(id: string): HTMLElement | null {
  return document.querySelector(`[data-cell="${CSS.escape(id)}"]`);
}

/** Gives a cell the focus, and shows it whole where it fits. */
export function showCell(id: string): void {
  const cell = cellElement(id);
  cell?.focus({ preventScroll: true });
  cell?.scrollIntoView({ block: 'nearest' });
}

/** Whether nothing has the focus, as after what had it is gone. */
export function isLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

/** Gives the focus to what is written in a cell, or else to its first field, or to the first thing that takes it. */
export function focusInto(id: string): void {
  const body = cellElement(id)?.querySelector('.body');
  const found = body?.querySelector<HTMLElement>('textarea') ?? body?.querySelector<HTMLElement>(fields) ?? body?.querySelector<HTMLElement>(reachable);
  found?.focus();
}
