/** A rule for each operator that the graphs have; a new operator is one entry in its family, with its forward formula beside it. */
import type { Rule } from '../rule';
import { attentions } from './attention';
import { elementwise } from './elementwise';
import { gemm } from './gemm';
import { indexing } from './indexing';
import { norms } from './norms';
import { shaping } from './shaping';

export const rules: Record<string, Rule | undefined> = { ...elementwise, Gemm: gemm, ...norms, ...attentions, ...indexing, ...shaping };

/**
 * Operators through which nothing flows back: shapes, comparisons, and the largest logit, which only keeps exponentials small and
 * falls out of the loss.
 */
export const flat = new Set(['Shape', 'GreaterOrEqual', 'Less', 'And', 'ReduceMax']);
