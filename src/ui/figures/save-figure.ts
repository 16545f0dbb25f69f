/** Hands a figure to the person as a file. Loaded when one is first asked for. */
import { download, fileName } from '../../browser/download';
import { wordsOf } from './figure-words';
import { pngOf } from './png';
import { drawingsIn, standaloneSvg } from './standalone-svg';

export type FigureFormat = 'svg' | 'png';

/** As the page shows it, with its name and what is said beside it. */
export async function saveFigure(figure: HTMLElement, format: FigureFormat): Promise<void> {
  const words = wordsOf(figure);
  const svg = standaloneSvg(drawingsIn(figure), words);
  const file = format === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : await pngOf(svg);
  download(file, fileName(words.name, format));
}
