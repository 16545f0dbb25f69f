/** What is said when items have arrived. */
import { taskNamed } from './core/evaluation/tasks';
import { count as written } from './ui/numbers';

export function itemsNews(name: string, which: 'items' | 'demonstrations', { sha256, count }: { sha256: string; count: number }, limit: number | null): string {
  const { title, knownItems } = taskNamed(name);
  const ready = `${written(count)} ${count === 1 ? 'item' : 'items'} of ${title} ${count === 1 ? 'is' : 'are'} ready`;
  if (which === 'demonstrations') return `${ready} to be shown as demonstrations.`;
  const revised = knownItems !== undefined && knownItems !== sha256;
  return `${ready}; ${askedWords(count, limit)}.${revised ? ' They are not, letter by letter, those that their authors published: scores may differ a little from others’.' : ''}`;
}

function askedWords(count: number, limit: number | null): string {
  if (limit === null || limit >= count) return count === 1 ? 'it is asked' : 'all are asked';
  return limit === 1 ? 'the first is asked' : `the first ${written(limit)} are asked`;
}
