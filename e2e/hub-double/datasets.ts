/** Datasets, in whose place the fake of the core answers (src/core/hub/fake-hub.ts); here it is heard at the double's origins. */
import { fakeHost, fakeHub, fakeStorage, type FakeAnswer, type FakeDataset } from '../../src/core/hub/fake-hub';
import { inMemory } from './content';
import type { Double } from './double';
import { allowed, type Reply, type Request } from './reply';

export type Datasets = ((address: string) => FakeAnswer)[];

export function datasetsOf(datasets: FakeDataset[]): Datasets {
  return datasets.map(fakeHub);
}

/** @returns null where a request is for something else */
export function datasetReply({ datasets, endpoint, storage }: Double, request: Request): Reply | null {
  const { origin, pathname, search } = request.url;
  if (request.method === 'OPTIONS') return null;
  const address = `${origin === storage ? fakeStorage : fakeHost}${pathname}${search}`;
  const found = datasets.map((answer) => answer(address)).find(({ status }) => status !== 404);
  if (!found) return null;
  const here = (text: string): string => text.replace(fakeStorage, storage).replace(fakeHost, endpoint);
  const { location, ...headers } = Object.fromEntries(Object.entries(found.headers).map(([name, value]) => [name, here(value)]));
  const content = typeof found.body === 'string' ? null : inMemory(found.body);
  return {
    status: found.status,
    headers: { ...headers, ...allowed(request), ...(location !== undefined && { Location: location }) },
    body: content ? { content, begin: 0, end: content.bytes } : (found.body as string),
    ...(content && { file: pathname.slice(1) }),
  };
}
