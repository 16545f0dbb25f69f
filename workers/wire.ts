/** What both ends of a worker register with Comlink, so that a thrown Failure arrives with its code and facts. */
import { transferHandlers, type TransferHandler } from 'comlink';
import { fromFailureData, toFailureData, type FailureData } from '../src/core/errors';

interface Thrown {
  value: unknown;
}

/** Comlink's own handler keeps only name, message and stack (its issues 514 and 594). */
export function registerWire(): void {
  const original = transferHandlers.get('throw') as TransferHandler<Thrown, unknown>;
  const handler: TransferHandler<Thrown, FailureData> = {
    canHandle: original.canHandle,
    serialize: ({ value }) => [toFailureData(value), []],
    deserialize(data) {
      throw fromFailureData(data);
    },
  };
  transferHandlers.set('throw', handler);
}
