/** How a model's parameters reach its graph: in which type, and in how many pieces. */

/** float16 takes half the memory and is cast to 32 bits where it is used. */
export type WeightType = 'float32' | 'float16';

export const bytesPerWeight: Record<WeightType, number> = { float32: 4, float16: 2 };

/** What a device wants of weights. */
export interface WeightLayout {
  type: WeightType;
  /** the most that one input may take: what a device binds at once */
  maxBytes: number;
}

/** Every parameter in one piece, in 32 bits. */
export const wholeWeights: WeightLayout = { type: 'float32', maxBytes: Infinity };

/** One input of the graph: a parameter, or a block of its rows. */
export interface WeightInput {
  /** the parameter's name, with the first row of the block where there are several */
  name: string;
  parameter: string;
  shape: number[];
  /** where it begins among the parameter's values */
  begin: number;
}

/** How many numbers a tensor of this shape has. */
export function countOf(shape: number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/**
 * The inputs that together are the parameters, in their order. A matrix above `maxBytes` is given as equal blocks of rows; a row
 * or a vector is never cut.
 */
export function weightInputs(shapes: Map<string, number[]>, { type, maxBytes }: WeightLayout): WeightInput[] {
  return [...shapes].flatMap(([parameter, shape]) => {
    const [rows, ...row] = shape;
    const most = shape.length < 2 ? rows : Math.max(1, Math.floor(maxBytes / (bytesPerWeight[type] * countOf(row))));
    const blocks = Math.ceil(rows / most);
    if (blocks <= 1) return [{ name: parameter, parameter, shape, begin: 0 }];
    const size = Math.ceil(rows / blocks);
    return Array.from({ length: blocks }, (_, i) => {
      const first = i * size;
      return { name: `${parameter}[${first}]`, parameter, shape: [Math.min(size, rows - first), ...row], begin: first * countOf(row) };
    });
  });
}
