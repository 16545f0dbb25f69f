/** What a figure says beside its drawing, for its files: without what only the open page does. */
export interface FigureWords {
  name: string;
  /** what it shows, and of how many */
  about: string;
  caption: string;
}

export function wordsOf(figure: HTMLElement): FigureWords {
  const told = [...figure.querySelectorAll('.drawing .told, figcaption')].map(plainText).filter((text) => text !== '');
  return { name: figure.ariaLabel ?? '', about: figure.dataset.about ?? '', caption: told.join(' ') };
}

function plainText(element: Element): string {
  const copy = element.cloneNode(true) as Element;
  for (const live of copy.querySelectorAll('.files, .live')) live.remove();
  return copy.textContent.replace(/\s+/g, ' ').trim();
}
