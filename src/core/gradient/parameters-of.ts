/** What derived graphs come to, by the parameters of the model. */
import type { ModelConfig } from '../checkpoint/config';
import { parameterShapes } from '../graph/architectures';
import { countOf } from '../graph/weights';

/**
 * A tensor for each parameter, from outputs named after the weight inputs: where a parameter comes in blocks of rows, its tensor is
 * what they put out one after another.
 */
export function parametersOf(sums: Map<string, Float32Array>, prefix: string, config: ModelConfig): Map<string, Float32Array> {
  return new Map(
    [...parameterShapes(config)].map(([name, shape]) => {
      const whole = sums.get(prefix + name);
      if (whole) return [name, whole];
      const joined = new Float32Array(countOf(shape));
      let begin = 0;
      for (const [output, values] of sums) {
        if (!output.startsWith(`${prefix}${name}[`)) continue;
        joined.set(values, begin);
        begin += values.length;
      }
      if (begin !== joined.length) throw new Error(`${begin} of ${joined.length} values of ${name} were put out`);
      return [name, joined];
    }),
  );
}
