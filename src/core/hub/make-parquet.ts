/** Rows -> a parquet file, typed as the Hub's converter types them. For tests. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Row } from '../evaluation/task';

type Schema = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']>;

/** Strings, whole numbers (64 bits) or fractions, booleans, lists and structs of them; compressed with snappy. The first row names the columns. */
export function makeParquet(rows: readonly Row[], rowGroupSize = 1000): Uint8Array<ArrayBuffer> {
  const names = Object.keys(rows[0]);
  const columns = names.map((name) => ({ name, values: rows.map((row) => row[name]) }));
  const schema: Schema = [{ name: 'schema', num_children: names.length }, ...columns.flatMap(({ name, values }) => elements(name, values))];
  return new Uint8Array(parquetWriteBuffer({ schema, rowGroupSize, columnData: columns.map(({ name, values }) => ({ name, data: values.map(stored) })) }));
}

/** The schema of a column with these values, its own element first. */
function elements(name: string, values: unknown[]): Schema {
  const known = values.filter((value) => value !== null && value !== undefined);
  const [first] = known;
  if (Array.isArray(first)) {
    const list: Schema = [
      { name, repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    ];
    return [...list, ...elements('element', known.flat())];
  }
  if (typeof first === 'object') {
    const fields = Object.keys(first as Row);
    const struct: Schema = [{ name, repetition_type: 'OPTIONAL', num_children: fields.length }];
    return [...struct, ...fields.flatMap((field) => elements(field, (known as Row[]).map((value) => value[field])))];
  }
  if (typeof first === 'boolean') return [{ name, repetition_type: 'OPTIONAL', type: 'BOOLEAN' }];
  if (typeof first === 'bigint' || Number.isInteger(first)) return [{ name, repetition_type: 'OPTIONAL', type: 'INT64' }];
  if (typeof first === 'number') return [{ name, repetition_type: 'OPTIONAL', type: 'DOUBLE' }];
  return [{ name, repetition_type: 'OPTIONAL', type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
}

/** A 64-bit integer is written as a bigint. */
function stored(value: unknown): unknown {
  if (Number.isInteger(value)) return BigInt(value as number);
  if (Array.isArray(value)) return value.map(stored);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, stored(inner)]));
}
