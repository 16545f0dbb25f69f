/** Addresses on the storage, which hold for an hour: https://github.com/huggingface/datasets/issues/7685 */
import { createHmac } from 'node:crypto';
import { sha256Of, type Content } from './content';
import type { Double } from './double';

const secret = 'the storage and the Hub know it';
const hour = 3600_000;

export function signedAddress({ storage, stored, signatures }: Double, content: Content, path: string): string {
  const sha256 = sha256Of(content);
  stored.set(sha256, content);
  const query = { file: path, signed: String(Date.now()), serial: String(signatures.given++) };
  return `${storage}/${sha256}?${new URLSearchParams({ ...query, signature: signatureOf(sha256, query) }).toString()}`;
}

export function isSigned({ signatures }: Double, { pathname, searchParams }: URL): boolean {
  const { signature, ...query } = Object.fromEntries(searchParams);
  const holds = Number(query.serial) >= signatures.expired && Date.now() < Number(query.signed) + hour;
  return holds && signature === signatureOf(pathname.slice(1), query);
}

function signatureOf(sha256: string, query: Record<string, string>): string {
  return createHmac('sha256', secret).update(JSON.stringify([sha256, query])).digest('hex');
}
