/** What the page does when a reader has official items fetched. */
import type { Watch } from '../../core/scoring/watch';

export type Which = 'items' | 'demonstrations';

/** Fetches and keeps them, and has the cell ask them; throws what went wrong. */
export type OnFetch = (task: string, which: Which, watch: Watch) => Promise<void>;

/** Where official items of a task are at home, as a person would look it up. */
export function homePage(dataset: string): string {
  return `https://huggingface.co/datasets/${dataset}`;
}
