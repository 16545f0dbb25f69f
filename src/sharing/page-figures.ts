/** The figures of the open page, for a page to read. */
import { wordsOf } from '../ui/figures/figure-words';
import { drawingsIn, standaloneSvg, type Scheme } from '../ui/figures/standalone-svg';
import type { PageFigure } from './standalone-page';

/**
 * What a reader of the page sees of each cell's own result: neither what is folded away, nor the numbers that somebody reported.
 * @param cells those whose figures are wanted
 */
export function figuresOnPage(page: ParentNode, cells: string[]): Map<string, PageFigure[]> {
  const figuresOf = (id: string): HTMLElement[] => [...page.querySelectorAll<HTMLElement>(`[data-cell="${CSS.escape(id)}"] > .body figure`)];
  return new Map(cells.map((id) => [id, figuresOf(id).filter(isUnfolded).flatMap(figureOf)]));
}

function isUnfolded(figure: HTMLElement): boolean {
  return figure.closest('details:not([open])') === null;
}

/** Its caption is the page's to set; the rest is in the drawing. */
function figureOf(figure: HTMLElement): PageFigure[] {
  const drawings = drawingsIn(figure);
  if (drawings.length === 0) return [];
  const words = wordsOf(figure);
  const drawn = (scheme: Scheme): string => standaloneSvg(drawings, { ...words, caption: '' }, scheme);
  return [{ task: figure.closest<HTMLElement>('[data-task]')?.dataset.task ?? null, caption: words.caption, light: drawn('light'), dark: drawn('dark') }];
}
