/** What is said when items have arrived. */
import { taskNamed } from './core/evaluation/tasks';

export function itemsNews(name: string, which: 'items' | 'demonstrations', { sha256, count }: { sha256: string; count: number }, limit: number | null): string {
  const { title, knownItems } = taskNamed(name);
  const number = count.toLocaleString('en-GB');
  if (which === 'demonstrations') return `${number} items of ${title} are ready to be shown as demonstrations.`;
  const asked = limit === null || limit >= count ? 'all are asked' : `the first ${limit} are asked`;
  return `${number} items of ${title} are ready; ${asked}.${knownItems && knownItems !== sha256 ? ' They are not, letter by letter, those that their authors published: scores may differ a little from others’.' : ''}`;
}
