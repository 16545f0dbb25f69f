/** A text in two parts: one that selects, and one that reports. */
import { failure } from '../errors';
import type { ScoredText } from './documents';

/**
 * Whole documents first, until about `share` of all characters are in the first part; a text of one document is cut at the white
 * space nearest to that place.
 * @throws text-too-short where there is no place to cut
 */
export function splitText(text: ScoredText, share: number): [first: ScoredText, rest: ScoredText] {
  return text.documents.length === 1 ? cutDocument(text, share) : cutBetween(text, share);
}

function cutBetween(text: ScoredText, share: number): [ScoredText, ScoredText] {
  const total = text.documents.reduce((sum, { length }) => sum + length, 0);
  let [taken, count] = [0, 0];
  while (count < text.documents.length - 1 && (count === 0 || taken + text.documents[count].length / 2 <= share * total)) taken += text.documents[count++].length;
  const part = (from: number, to?: number): ScoredText => ({
    ...text,
    documents: text.documents.slice(from, to),
    ...(text.contexts && { contexts: text.contexts.slice(from, to) }),
  });
  return [part(0, count), part(count)];
}

function cutDocument(text: ScoredText, share: number): [ScoredText, ScoredText] {
  const [document] = text.documents;
  const wanted = share * document.length;
  const places = [...document.matchAll(/\s+(?=\S)/g)].map(({ index }) => index).filter((place) => place > 0);
  if (places.length === 0) throw failure('text-too-short', { text: text.name, tokens: 1 });
  const cut = places.reduce((best, place) => (Math.abs(place - wanted) < Math.abs(best - wanted) ? place : best));
  return [{ ...text, documents: [document.slice(0, cut)] }, { ...text, documents: [document.slice(cut).trimStart()] }];
}
