/** What the runner of a cell is lent. */
import type { Engine } from '../engine';
import type { Watch } from '../scoring/watch';
import type { Notebook } from './document';
import type { ItemsOf } from './inputs';
import type { MeasurementStore } from './measurements';
import type { CellResult, Results } from './results';

/** What a run may use. */
export interface Kitchen {
  notebook: Notebook;
  engine: Engine;
  /** results of the cells above, current ones */
  results: Results;
  measurements: MeasurementStore;
  items: ItemsOf;
  watch: Watch;
  /** shown while the rest is still being computed */
  onPartial?(result: CellResult): void;
}
