/**
 * A notebook <-> the fragment of an address, which no server ever sees: `v1=` and its JSON, deflated, in base64url.
 * Fields that equal their default are written all the same: leaving them out makes the first lesson's link 5 % shorter.
 */
import { base64Decode, base64Encode } from '@bufbuild/protobuf/wire';
import { count } from '../count';
import { failure, toFailure, type Failure } from '../errors';
import { toNotebook, type Notebook } from '../notebook/document';
import { deflated, inflated } from './deflate';

export const linkVersion = 1;

/** A longer fragment is not read: three times the longest link that is offered. */
export const mostCharacters = 100_000;

/** A notebook of more JSON than this, in bytes, goes into no link. */
export const mostBytes = 1_000_000;

/**
 * Characters of a whole link, address included. `chat`: goes into one message everywhere (Discord's limit is 2000, the oldest
 * browsers' 2083). `comfortable`: passes whatever handles it as an address that servers see, whose usual limit is 8 KB.
 * `longest`: browsers open it (Safari some 80 000, the others more); what is longer goes as a file.
 */
export const linkBudget = { chat: 2000, comfortable: 8000, longest: 32_000 };

/** What the notebook is called in an error. */
const name = 'the link';

/**
 * @returns the fragment, without the `#`; the same notebook has the same one
 * @throws link-too-long, and what `toNotebook` throws: a link that would not open is not made
 */
export async function toFragment(notebook: Notebook): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(toNotebook(notebook, name)));
  if (json.length > mostBytes) throw tooLarge();
  const fragment = `v${linkVersion}=${base64Encode(await deflated(json), 'url')}`;
  checkLength(fragment);
  return fragment;
}

/**
 * @param fragment with its `#` or without; from anyone, so nothing in it is taken on trust
 * @throws link-version, link-damaged, link-too-long, link-malformed, notebook-version
 */
export async function fromFragment(fragment: string): Promise<Notebook> {
  checkLength(fragment);
  const parts = /^#?v(\d{1,9})=(.*)$/s.exec(fragment);
  if (!parts) throw failure('link-damaged', { found: 'there is no notebook after its #' });
  const [, version, data] = parts;
  if (Number(version) !== linkVersion) throw failure('link-version', { found: version, known: linkVersion });
  return notebookOf(jsonOf(await bytesOf(data)));
}

function notebookOf(value: unknown): Notebook {
  try {
    return toNotebook(value, name);
  } catch (thrown) {
    const { code, facts } = toFailure(thrown) as Failure<'notebook-malformed'>;
    throw code === 'notebook-malformed' ? failure('link-malformed', { found: facts.found, where: facts.where }) : thrown;
  }
}

/** Whether an address, or what follows its `#`, looks like a notebook's link: an in-page anchor does not. */
export function isLink(address: string): boolean {
  return /^([^#]*#)?v\d{1,9}=/.test(address);
}

async function bytesOf(data: string): Promise<Uint8Array> {
  if (!/^[\w-]+$/.test(data)) throw failure('link-damaged', { found: 'it has characters that no link has' });
  const bytes = await inflate(data).catch(() => {
    throw failure('link-damaged', { found: 'a part of it is missing or changed' });
  });
  if (!bytes) throw tooLarge();
  return bytes;
}

async function inflate(data: string): Promise<Uint8Array | null> {
  return inflated(base64Decode(data), mostBytes);
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw failure('link-damaged', { found: 'what is in it is not JSON' });
  }
}

function checkLength({ length }: string): void {
  if (length > mostCharacters) throw failure('link-too-long', { found: `${count(length)} characters`, allowed: count(mostCharacters) });
}

function tooLarge(): Error {
  return failure('link-too-long', { found: `more than ${count(mostBytes)} bytes of notebook`, allowed: count(mostBytes) });
}
