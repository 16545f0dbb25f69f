/** In what forms a soup can be taken along. */

/** Its weights, or its recipe for mergekit or for Python. */
export type SoupFormat = 'weights' | 'mergekit' | 'python';

/** How the files end. */
export const soupExtensions: Record<SoupFormat, string> = { weights: 'safetensors', mergekit: 'yaml', python: 'py' };
