/** What stands above a cell, to be named by it. */
import type { Choice } from '../../core/notebook/choices';

export interface Choices {
  /** checkpoints cells, each followed by its checkpoints, and soups */
  models: Choice[];
  texts: Choice[];
}
