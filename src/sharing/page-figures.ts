/** The figures of the open page, for a page to read. */
import { drawingsIn, standaloneSvg } from '../ui/figures/standalone-svg';
import type { PageFigure } from './standalone-page';

/**
 * What is drawn at the moment: a figure in a part that is folded away is not.
 * @param cells those whose figures are wanted
 */
export function figuresOnPage(page: ParentNode, cells: string[]): Map<string, PageFigure[]> {
  const figuresOf = (id: string): HTMLElement[] => [...page.querySelectorAll<HTMLElement>(`[data-cell="${CSS.escape(id)}"] figure`)];
  return new Map(cells.map((id) => [id, figuresOf(id).flatMap(figureOf)]));
}

function figureOf(figure: HTMLElement): PageFigure[] {
  const [drawings, name] = [drawingsIn(figure), figure.ariaLabel ?? ''];
  if (drawings.length === 0) return [];
  return [{ caption: captionOf(figure), light: standaloneSvg(drawings, name, 'light'), dark: standaloneSvg(drawings, name, 'dark') }];
}

/** Without what only the open page does. */
function captionOf(figure: HTMLElement): string {
  const caption = figure.querySelector('figcaption')?.cloneNode(true) as HTMLElement | undefined;
  for (const live of caption?.querySelectorAll('.files, .live') ?? []) live.remove();
  return caption?.textContent.replace(/\s+/g, ' ').trim() ?? '';
}
