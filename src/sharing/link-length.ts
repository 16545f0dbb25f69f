/** Where a link of some length gets through. */
import { count } from '../core/count';
import { linkBudget } from '../core/link/link';

export interface LinkLength {
  sentence: string;
  /** whether it is worth giving to anyone */
  fits: boolean;
}

/** @param characters of the whole link; null where the notebook goes into no link at all */
export function lengthOf(characters: number | null): LinkLength {
  if (characters === null) return { sentence: 'Too long for a link: send the file instead.', fits: false };
  const told = (where: string, fits = true): LinkLength => ({ sentence: `${count(characters)} characters: ${where}.`, fits });
  if (characters <= linkBudget.chat) return told('fits everywhere');
  if (characters <= linkBudget.comfortable) return told('fits most places; some chat programs cut it');
  if (characters <= linkBudget.longest) return told('browsers open it; mail and chat programs may cut it');
  return told('too long for a link; send the file instead', false);
}
