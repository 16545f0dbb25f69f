/** What torch.save wrote: a zip of one pickle, which says what the tensors are, and one entry of numbers for each storage. */
import { failure } from '../../errors';
import type { Complain } from '../complain';
import { bytesPerValue, isDtype, type Dtype } from '../dtype';
import { readBytes } from '../read-bytes';
import type { FileTensor, WeightFile } from '../weight-file';
import { Tensor, type Pickled } from './pickled';
import { gather, isContiguous, sizeOf, spanOf } from './strided';
import { unpickle } from './unpickle';
import { readZip, type Entry } from './zip';

/** 25,000 tensors, about as many as unpickle.ts lets through, take 5 MB. */
const maxPickleBytes = 16_000_000;

/** Where training scripts keep the state dict among other things. */
const stateDictKeys = ['state_dict', 'model_state_dict', 'model', 'module'];

/**
 * Opens a PyTorch file: a state dict, or a checkpoint that has one under its usual name. Nothing in it runs.
 * @param name what to call the file in an error
 * @throws torch-malformed, torch-refused, file-unreadable
 */
export async function openTorchFile(file: Blob, name: string): Promise<WeightFile> {
  const bad: Complain = (found, allowed) => failure('torch-malformed', { file: name, found, allowed });
  const entries = await readZip(file, name);
  const folder = folderOf([...entries.keys()], bad);
  const word = (entry: string): Promise<string | undefined> => readWord(file, entries.get(`${folder}/${entry}`), name);
  checkVersion(await word('version'), bad);
  checkByteOrder(await word('byteorder'), bad);
  const table = entries.get(`${folder}/data.pkl`);
  if (!table) throw bad('it has no data.pkl', 'an archive that torch.save wrote');
  if (table.end - table.begin > maxPickleBytes) throw bad(`its table is ${table.end - table.begin} bytes long`, `at most ${maxPickleBytes} bytes`);
  const value = unpickle(await readBytes(file, table.begin, table.end, name), name);
  return tensorsOf(stateDict(value, bad), (key) => entries.get(`${folder}/data/${key}`), file, name, bad);
}

/** The one folder that everything lies in: torch takes the first entry's for it, so no entry may have another. */
function folderOf(names: string[], bad: Complain): string {
  const folders = new Set(names.map((name) => name.slice(0, Math.max(0, name.indexOf('/')))));
  const [folder] = folders;
  if (folders.size !== 1 || !folder) throw bad('its entries do not lie in one folder', 'an archive that torch.save wrote');
  return folder;
}

/** The beginning of an entry that is one word. */
async function readWord(file: Blob, entry: Entry | undefined, name: string): Promise<string | undefined> {
  return entry && new TextDecoder().decode(await readBytes(file, entry.begin, Math.min(entry.end, entry.begin + 16), name));
}

/** torch has counted to 10, in files of programs; it writes 3 for weights. */
function checkVersion(version: string | undefined, bad: Complain): void {
  if (!/^([1-9]|10)\n?$/.test(version ?? '')) throw bad(`its version is “${version ?? 'none'}”`, 'version 1 to 10 of the format');
}

function checkByteOrder(order: string | undefined, bad: Complain): void {
  if (order === undefined) return; // older versions of torch wrote none, on machines that are little-endian but for a few
  if (order !== 'little') throw bad(`its numbers are in the byte order “${order}”`, 'little-endian numbers: save it again on an ordinary machine');
}

/** The table with the most tensors: beside the weights a file may hold a generator's state, which is a tensor as well. */
function stateDict(value: Pickled, bad: Complain): Map<string | number, Pickled> {
  const tables = value instanceof Map ? [value, ...stateDictKeys.map((key) => value.get(key))].filter((table) => table instanceof Map) : [];
  const counted = tables.map((table) => ({ table, tensors: [...table.values()].filter((item) => item instanceof Tensor).length }));
  const [most] = counted.sort((a, b) => b.tensors - a.tensors);
  if (!most?.tensors) throw bad('it has no table of tensors', 'a state dict, as torch.save(model.state_dict(), …) writes it');
  return most.table;
}

type Lookup = (key: string) => Entry | undefined;

/** The tensors among the items of a state dict; versions and the like are passed over. */
function tensorsOf(items: Map<string | number, Pickled>, entryOf: Lookup, file: Blob, name: string, bad: Complain): WeightFile {
  const tensors = new Map<string, FileTensor>();
  const others = new Map<string, string>();
  const types = new Map<string, string>();
  for (const [key, tensor] of items) {
    if (!(tensor instanceof Tensor)) continue;
    if (typeof key !== 'string') throw bad(`it calls a tensor ${key}`, 'tensors with names');
    const entry = checkedEntry(key, tensor, entryOf, types, bad);
    const { dtype } = tensor.storage.type;
    if (isDtype(dtype)) tensors.set(key, { dtype, shape: tensor.shape, read: () => readTensor(file, entry, tensor, dtype, name) });
    else others.set(key, dtype);
  }
  return { tensors, others };
}

/** The bytes of a tensor's storage, once every number about them has been held against the others (CVE-2026-24747 is what comes of not doing so). */
function checkedEntry(name: string, tensor: Tensor, entryOf: Lookup, types: Map<string, string>, bad: Complain): Entry {
  const { type, key, count } = tensor.storage;
  const entry = entryOf(key);
  if (!entry) throw bad(`the numbers of tensor “${name}” are not in it`, 'an entry for each storage');
  const bytes = entry.end - entry.begin;
  if (bytes !== count * type.bytesPerValue) throw bad(`tensor “${name}” lies in ${count} ${type.dtype} of ${bytes} bytes`, `${count * type.bytesPerValue} bytes for them`);
  if ((types.get(key) ?? type.dtype) !== type.dtype) throw bad(`tensor “${name}” shares numbers with one of another type`, 'one type for each storage');
  types.set(key, type.dtype);
  if (!(tensor.offset + spanOf(tensor) <= count)) throw bad(`tensor “${name}” reaches past the end of its ${count} numbers`, 'tensors inside their storage');
  if (!(sizeOf(tensor.shape) <= count)) throw bad(`tensor “${name}” of ${tensor.shape.join('×')} is spread out of ${count} numbers`, 'as many numbers as values');
  return entry;
}

async function readTensor(file: Blob, entry: Entry, tensor: Tensor, dtype: Dtype, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const width = bytesPerValue[dtype];
  const begin = entry.begin + tensor.offset * width;
  const bytes = await readBytes(file, begin, begin + spanOf(tensor) * width, name);
  if (isContiguous(tensor) || !bytes.length) return bytes;
  const words = width === 4 ? new Uint32Array(bytes.buffer) : new Uint16Array(bytes.buffer);
  return new Uint8Array(gather(words, tensor).buffer);
}
