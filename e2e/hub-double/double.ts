/** The double of the Hub as a value: its repositories, what goes wrong with it, and what it was asked. */
import type { Content } from './content';
import type { Datasets } from './datasets';
import type { ServedRepo } from './repositories';

/** What can go wrong. Each holds from the next request on, until it is changed. */
export interface HubSwitches {
  /** connections are closed without a word */
  offline: boolean;
  /** refuses the next so many requests of the Hub, or of its storage */
  refuse: { from: 'hub' | 'storage'; status: number; times: number; retryAfter?: string } | null;
  /** closes the connection, once, when so many bytes of one file were sent since the log was begun; and stays offline, where that is wanted */
  cut: { after: number; thenOffline?: boolean } | null;
  /** the byte at this place of every large file is another one */
  flip: number | null;
  /** ranges are not heard: 200 and the whole file */
  ignoreRange: boolean;
  /** another ETag than before, put behind the true one */
  etag: string;
  /** milliseconds before each 64 KiB of a file */
  slow: number;
  /** the storage answers no preflight, as it once did (https://github.com/huggingface/datasets/issues/7931) */
  noPreflight: boolean;
}

/** One request, and what became of it. */
export interface Asked {
  from: 'hub' | 'storage';
  method: string;
  /** with its query */
  address: string;
  /** of a file its path in the repository */
  file: string | null;
  range: string | null;
  authorization: string | null;
  status: number;
  /** of the body, as it went on its way: what a connection still held when it was closed is counted too */
  sent: number;
}

export interface Double {
  /** the two origins */
  readonly endpoint: string;
  readonly storage: string;
  readonly repos: ServedRepo[];
  readonly datasets: Datasets;
  /** what opens private and gated repositories */
  readonly tokens: Set<string>;
  readonly switches: HubSwitches;
  readonly log: Asked[];
  /** signed addresses given so far, and how many of the first of them hold no longer */
  readonly signatures: { given: number; expired: number };
  /** what addresses were given for, by sha256 */
  readonly stored: Map<string, Content>;
  /** requests since the beginning, by kind */
  readonly counted: { api: number; resolvers: number };
}

export function newDouble(repos: ServedRepo[], datasets: Datasets = [], endpoint = 'https://hub.example', storage = 'https://storage.example'): Double {
  const switches: HubSwitches = { offline: false, refuse: null, cut: null, flip: null, ignoreRange: false, etag: '', slow: 0, noPreflight: false };
  return { endpoint, storage, repos, datasets, tokens: new Set(), switches, log: [], signatures: { given: 0, expired: 0 }, stored: new Map(), counted: { api: 0, resolvers: 0 } };
}

/** How many bytes of a file were sent so far, in all answers together. */
export function bytesSent({ log }: Pick<Double, 'log'>, file: string): number {
  return log.filter((asked) => asked.from === 'storage' && asked.file === file).reduce((sum, { sent }) => sum + sent, 0);
}
