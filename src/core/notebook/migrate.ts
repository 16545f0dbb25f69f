/** Notebooks of older formats, brought to the present one before their fields are checked. */

type Fields = Record<string, unknown>;

/** By the format that is left behind; each entry leads to the next. */
const steps: Record<number, (notebook: Fields) => Fields> = {
  // format 2 knows texts that are withheld, seeds, and reported numbers: all of them have a default
  1: (notebook) => notebook,
  // format 3 knows checkpoints that are not bundled
  2: (notebook) => notebook,
  // format 4 knows more merge methods, and items that are passed over
  3: (notebook) => notebook,
};

/** @param value with the format it was written in under `stockpot`, known and not newer than `to` */
export function migrated(value: Fields, to: number): Fields {
  let notebook = value;
  for (let version = value.stockpot as number; version < to; version++) notebook = { ...steps[version](notebook), stockpot: version + 1 };
  return notebook;
}

/** Whether a notebook of this format can be brought to the present one. */
export function isOlder(version: unknown, present: number): boolean {
  return typeof version === 'number' && version < present && Object.hasOwn(steps, version);
}
