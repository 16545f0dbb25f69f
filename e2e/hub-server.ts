/**
 * A double of the Hugging Face Hub for tests: two https servers, and so two origins, the Hub and the storage it sends on to. https,
 * since a page may connect to nothing else; the certificate is made on the spot, so tests say `ignoreHTTPSErrors`.
 */
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import type { FakeDataset } from '../src/core/hub/fake-hub';
import { datasetsOf } from './hub-double/datasets';
import { newDouble, type Asked, type Double, type HubSwitches } from './hub-double/double';
import { reply } from './hub-double/reply';
import type { ServedRepo } from './hub-double/repositories';
import { send } from './hub-double/send';

export { bytesSent, type Asked, type HubSwitches } from './hub-double/double';
export { flippedAt, inMemory, joined, madeUpCheckpoint, onDisk, sha256Of, type Content } from './hub-double/content';
export { commitOf, picoFiles, picoRun, pythiaSteps, weightsOf, type ServedRepo, type ServedRevision } from './hub-double/repositories';

export interface RunningHub {
  /** of the Hub, without a slash at its end: what a reader puts into the settings */
  endpoint: string;
  /** of the storage */
  storage: string;
  switches: HubSwitches;
  /** every request so far; may be emptied */
  log: Asked[];
  /** what opens private and gated repositories */
  tokens: Set<string>;
  /** every address on the storage that was given so far holds no longer */
  expire(): void;
  close(): Promise<void>;
}

/**
 * @param ports of the Hub and of its storage; 0 for any that is free
 * @param datasets that are served beside the models
 */
export async function startHub(repos: ServedRepo[], ports: [hub: number, storage: number] = [0, 0], datasets: FakeDataset[] = []): Promise<RunningHub> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec', algorithm: 'sha256' });
  const servers = ports.map(() => createServer({ key, cert }));
  const [endpoint, storage] = await Promise.all(servers.map((server, i) => listening(server, ports[i])));
  const double = newDouble(repos, datasetsOf(datasets), endpoint, storage);
  for (const [i, server] of servers.entries()) server.on('request', (request, response) => void serve(double, i === 0 ? endpoint : storage, request, response));
  return {
    endpoint,
    storage,
    switches: double.switches,
    log: double.log,
    tokens: double.tokens,
    expire: () => void (double.signatures.expired = double.signatures.given),
    close: async () => void (await Promise.all(servers.map(closed))),
  };
}

async function serve(double: Double, origin: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (double.switches.offline) return void request.socket.destroy();
  const { method = 'GET', url = '/', headers } = request;
  const answer = reply(double, { method, url: new URL(url, origin), headers });
  const asked: Asked = {
    from: origin === double.storage ? 'storage' : 'hub',
    method,
    address: origin + url,
    file: answer.file ?? null,
    range: headers.range ?? null,
    authorization: headers.authorization ?? null,
    status: answer.status,
    sent: 0,
  };
  double.log.push(asked);
  await send(double, asked, answer, response);
}

function listening(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, 'localhost', () => resolve(`https://localhost:${(server.address() as AddressInfo).port}`));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
