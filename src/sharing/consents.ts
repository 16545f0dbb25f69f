/** Which texts go along in their own words. */
import { writtenTexts } from '../core/link/share';
import { sha256OfText } from '../core/notebook/cells';
import type { CellOf, Notebook } from '../core/notebook/document';

/** A text with words of its own, and whether they go along. */
export interface ConsentedText {
  cell: CellOf<'text'>;
  /** whether it is part of a lesson, so that everybody has it */
  lesson: boolean;
  goes: boolean;
}

/**
 * A lesson's text goes along unless the reader says no; the reader's own only after a yes.
 * @param consents what the reader said, by cell; a map, because a cell may bear a name that every object has
 * @param lessonTexts sha256 of the texts that belong to a lesson
 */
export function consentedTexts(notebook: Notebook, consents: ReadonlyMap<string, boolean>, lessonTexts: ReadonlySet<string>): ConsentedText[] {
  return writtenTexts(notebook).map((cell) => {
    const lesson = lessonTexts.has(sha256OfText(cell));
    return { cell, lesson, goes: consents.get(cell.id) ?? lesson };
  });
}
