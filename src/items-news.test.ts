import { describe, expect, test } from 'vitest';
import { tasks } from './core/evaluation/tasks';
import { itemsNews } from './items-news';

const published = tasks.piqa.knownItems ?? '';
const others = 'f'.repeat(64);

describe('what is said when items have arrived', () => {
  test.each<[number, number | null, string]>([
    [1838, null, '1,838 items of PIQA are ready; all are asked.'],
    [1838, 100, '1,838 items of PIQA are ready; the first 100 are asked.'],
    [1838, 1500, '1,838 items of PIQA are ready; the first 1,500 are asked.'],
    [1838, 1, '1,838 items of PIQA are ready; the first is asked.'],
    [50, 50, '50 items of PIQA are ready; all are asked.'],
    [50, 100, '50 items of PIQA are ready; all are asked.'],
    [1, 1, '1 item of PIQA is ready; it is asked.'],
  ])('of %i items with a limit of %j', (count, limit, news) => {
    expect(itemsNews('piqa', 'items', { sha256: published, count }, limit)).toBe(news);
  });

  test('of demonstrations says that they are not asked', () => {
    expect(itemsNews('piqa', 'demonstrations', { sha256: others, count: 16_113 }, 100)).toBe('16,113 items of PIQA are ready to be shown as demonstrations.');
    expect(itemsNews('piqa', 'demonstrations', { sha256: others, count: 1 }, 100)).toBe('1 item of PIQA is ready to be shown as demonstrations.');
  });

  test('of items that are not the published ones warns of it, where those are known', () => {
    expect(itemsNews('piqa', 'items', { sha256: others, count: 9 }, null)).toMatch(/; all are asked\. They are not, letter by letter, those that their authors published: /);
    expect(itemsNews('own', 'items', { sha256: others, count: 9 }, null)).toBe('9 items of Your own items are ready; all are asked.');
  });
});
