/** Hands a figure to the person as a file. Loaded when one is first asked for. */
import { download, fileName } from '../../browser/download';
import { pngOf } from './png';
import { drawingsIn, standaloneSvg } from './standalone-svg';

export type FigureFormat = 'svg' | 'png';

/** @param name what it is called: its heading, and the file's name */
export async function saveFigure(figure: Element, name: string, format: FigureFormat): Promise<void> {
  const svg = standaloneSvg(drawingsIn(figure), name);
  const file = format === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : await pngOf(svg);
  download(file, fileName(name, format));
}
