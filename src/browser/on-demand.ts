/** Parts of the page that are loaded when they are first needed. */
import { failure } from '../core/errors';

/** @throws download-failed where the server does not answer any more */
export async function onDemand<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    throw failure('download-failed', { file: 'a part of this page', status: 'the server did not answer' });
  }
}
