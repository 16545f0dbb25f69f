/** Parquet -> rows. The reader is loaded when first used, so that a page which fetches nothing does not carry it. */
import { Failure, failure } from '../errors';
import type { Row } from '../evaluation/task';
import { breathe, Pace, type Watch } from '../scoring/watch';

/** What a file may claim to hold; the largest official split has a hundred thousand rows. */
const most = { rows: 1_000_000, bytes: 1_000_000_000 };

/**
 * @param file its name, for a person
 * @throws parquet-malformed, download-failed, stopped
 */
export async function rowsOf(bytes: Uint8Array<ArrayBuffer>, file: string, watch: Watch): Promise<Row[]> {
  const reader = await parquetReader();
  const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
  try {
    return await read(reader, whole, file, watch);
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw failure('parquet-malformed', { file, found: (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 200) });
  }
}

type Reader = Pick<typeof import('hyparquet'), 'parquetMetadata' | 'parquetReadObjects'>;

async function parquetReader(): Promise<Reader> {
  try {
    const { parquetMetadata, parquetReadObjects } = await import('hyparquet'); // by name: the bundler leaves out the rest
    return { parquetMetadata, parquetReadObjects };
  } catch {
    throw failure('download-failed', { file: 'the parquet reader', status: 'the server did not answer' });
  }
}

/** Row group by row group, so that Stop is heard. */
async function read({ parquetMetadata, parquetReadObjects }: Reader, buffer: ArrayBuffer, file: string, watch: Watch): Promise<Row[]> {
  const metadata = parquetMetadata(buffer);
  const groups = metadata.row_groups.map(({ num_rows, total_byte_size }) => ({ rows: Number(num_rows), bytes: Number(total_byte_size) })).filter(({ rows }) => rows !== 0);
  const total = { rows: sum(groups.map(({ rows }) => rows)), bytes: sum(groups.map(({ bytes }) => bytes)) };
  if (total.rows > most.rows) throw failure('parquet-malformed', { file, found: `it claims ${total.rows} rows` });
  if (total.bytes > most.bytes) throw failure('parquet-malformed', { file, found: `it claims ${total.bytes} bytes` });

  const pace = new Pace(watch, `Reading ${file}`, total.rows);
  const rows: Row[] = [];
  for (const group of groups) {
    const rowStart = rows.length;
    const read = await parquetReadObjects({ file: buffer, metadata, rowStart, rowEnd: rowStart + group.rows });
    for (const row of read) rows.push(plain(row) as Row);
    if (rows.length !== rowStart + group.rows) throw failure('parquet-malformed', { file, found: `${read.length} rows where it claims ${group.rows}` });
    pace.step(group.rows);
    await breathe();
    watch.checkStopped();
  }
  return rows;
}

/** As the same row would be in JSON: 64-bit integers are numbers, what is absent is null. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return BigInt(Number(value)) === value ? Number(value) : value;
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
