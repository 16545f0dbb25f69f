/** The merge methods. A new one is one file, one entry here and one test. */
import { manual } from './manual';
import type { MergeMethod, MethodName } from './merge-method';
import { perplexityWeighted } from './perplexity-weighted';
import { uniform } from './uniform';

export const mergeMethods: Record<MethodName, MergeMethod> = { uniform, manual, perplexity: perplexityWeighted };
