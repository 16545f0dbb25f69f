/** Scores of choices as they come in, batch by batch and in any order -> the answers that are complete. */
import type { WindowScores } from '../scoring/score';
import { answer, type Answer } from './accuracy';
import type { Item } from './task';

export class GatheredAnswers {
  /** per item; a hole where a choice is still missing */
  readonly answers: Answer[];
  readonly #places: { item: number; choice: number }[];
  readonly #scores: WindowScores[][];
  #fresh: [index: number, answer: Answer][] = [];

  constructor(private readonly items: Item[]) {
    this.answers = new Array<Answer>(items.length);
    this.#places = items.flatMap(({ choices }, item) => choices.map((_, choice) => ({ item, choice })));
    this.#scores = items.map(() => []);
  }

  /** @param index of the choice, counted through all items */
  add(index: number, scores: WindowScores): void {
    const { item, choice } = this.#places[index];
    const known = this.#scores[item];
    known[choice] = scores;
    if (Object.keys(known).length < this.items[item].choices.length) return;
    this.answers[item] = answer(this.items[item], known);
    this.#fresh.push([item, this.answers[item]]);
  }

  /** The answers completed since this was asked last. */
  fresh(): [index: number, answer: Answer][] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }
}
