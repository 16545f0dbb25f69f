/** The merge methods, in the order of the paper and then what we add. A new one is one file, one entry here and one test. */
import { ema } from './ema';
import { fisher } from './fisher';
import { greedy } from './greedy';
import { lawa } from './lawa';
import { manual } from './manual';
import type { MergeMethod, MethodName } from './merge-method';
import { perplexityWeighted } from './perplexity-weighted';
import { regmean } from './regmean';
import { search } from './search';
import { uniform } from './uniform';

export const mergeMethods = { uniform, manual, perplexity: perplexityWeighted, greedy, fisher, regmean, lawa, ema, search } satisfies Record<MethodName, MergeMethod>;

export function methodNamed(name: MethodName): MergeMethod {
  return mergeMethods[name];
}
