/** Text in lines, for an SVG file: it knows none of its own. */
import { textWidth } from './labels';

/**
 * @param width that no line exceeds, in pixels; a word that does is broken
 * @param size of the type
 */
export function wrapped(text: string, width: number, size: number, bold = false): string[] {
  const fits = (line: string): boolean => textWidth(line, size, bold) <= width;
  const words = text.split(/\s+/).filter((word) => word !== '').flatMap((word) => broken(word, fits));
  const lines: string[] = [];
  for (const word of words) {
    const longer = lines.length > 0 ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length > 0 && fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** A word in pieces that fit, of a character at least. */
function broken(word: string, fits: (piece: string) => boolean): string[] {
  if (fits(word)) return [word];
  const pieces = [''];
  for (const character of word) {
    const longer = pieces[pieces.length - 1] + character;
    if (longer === character || fits(longer)) pieces[pieces.length - 1] = longer;
    else pieces.push(character);
  }
  return pieces;
}
