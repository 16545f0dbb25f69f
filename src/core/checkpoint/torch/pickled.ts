/** What a pickle of weights can hold. Values without behaviour: nothing in a file ever runs. */

/** A number format of torch, by safetensors' name for it. */
export interface StorageType {
  dtype: string;
  bytesPerValue: number;
}

/** Numbers in an entry `data/KEY` of the archive. */
export class Storage {
  constructor(
    readonly type: StorageType,
    readonly key: string,
    /** how many numbers */
    readonly count: number,
  ) {}
}

/** A view of a storage; everything is counted in values, not in bytes. */
export class Tensor {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: number[],
    readonly strides: number[],
  ) {}
}

export class Tuple {
  constructor(readonly items: Pickled[]) {}
}

/** A name that stands for something of Python's: inert here. */
export class Global {
  constructor(readonly name: string) {}
}

/** collections.OrderedDict: what a state dict is, and the one thing that may carry attributes (`_metadata`). */
export class OrderedDict extends Map<string | number, Pickled> {}

/** A number with a fraction. No tensor needs one, so it stands apart from whole numbers, which sizes are made of. */
export class Fraction {
  constructor(readonly value: number) {}
}

/** Lists are arrays, dictionaries are maps, whole numbers are numbers. */
export type Pickled = null | boolean | number | string | Fraction | Pickled[] | Tuple | Map<string | number, Pickled> | Global | Storage | Tensor;
