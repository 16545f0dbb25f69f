/**
 * Python's pickle machine, as far as torch.save needs it, and not an opcode further. It builds inert values; a file that asks for more
 * is refused by the name of what it asks for. The opcodes are those of torch/_weights_only_unpickler.py that a state dict uses;
 * their meaning is in CPython's Lib/pickletools.py. Nothing here recurses, and no value is ever walked, so sharing and cycles cost nothing.
 */
import { failure } from '../../errors';
import type { Complain } from '../complain';
import { globalNamed, made, storageOf } from './globals';
import { Fraction, Global, OrderedDict, Tuple, type Pickled } from './pickled';

/** A tensor takes about 40 opcodes, 10 places in the memo and a place on the stack, of which torch fills at most 2000 at once. */
const maxOpcodes = 1_000_000;
const maxStack = 10_000;
const maxMemo = 250_000;
const maxMarks = 64;
const maxText = 65_536;

/** Opcodes that other pickles have, by their names, for the refusal. */
const foreignOpcodes: ReadonlyMap<number, string> = new Map([
  [0x93, 'STACK_GLOBAL'], [0x69, 'INST'], [0x6f, 'OBJ'], [0x95, 'FRAME'], [0x94, 'MEMOIZE'], [0x82, 'EXT1'], [0x83, 'EXT2'], [0x84, 'EXT4'],
  [0x32, 'DUP'], [0x30, 'POP'], [0x31, 'POP_MARK'], [0x81, 'NEWOBJ'], [0x92, 'NEWOBJ_EX'], [0x97, 'NEXT_BUFFER'], [0x98, 'READONLY_BUFFER'],
  [0x50, 'PERSID'], [0x8f, 'EMPTY_SET'], [0x8c, 'SHORT_BINUNICODE'], [0x42, 'BINBYTES'], [0x43, 'SHORT_BINBYTES'], [0x8b, 'LONG4'],
]);

/**
 * Reads a pickle of protocol 2.
 * @param name what to call the file in an error
 * @throws torch-malformed; torch-refused for a name or an opcode that weights do not need
 */
export function unpickle(bytes: Uint8Array<ArrayBuffer>, name: string): Pickled {
  return new Machine(bytes, name).run();
}

class Machine {
  readonly #view: DataView;
  #at = 0;
  #stack: Pickled[] = [];
  /** the stacks below each mark */
  readonly #below: Pickled[][] = [];
  readonly #memo = new Map<number, Pickled>();
  readonly #bad: Complain;

  constructor(
    private readonly bytes: Uint8Array<ArrayBuffer>,
    private readonly file: string,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#bad = (found, allowed) => failure('torch-malformed', { file, found, allowed });
  }

  run(): Pickled {
    if (this.#byte() !== 0x80 || this.#byte() !== 2) throw this.#bad('its table is not a pickle of protocol 2', 'what torch.save writes by default');
    for (let opcodes = 0; opcodes < maxOpcodes; opcodes++) {
      const opcode = this.#byte();
      if (opcode === 0x2e) return this.#end();
      this.#step(opcode);
      if (this.#stack.length > maxStack || this.#memo.size > maxMemo || this.#below.length > maxMarks) throw this.#bad('its table is nested too deep', 'a table of tensors');
    }
    throw this.#bad(`its table takes more than ${maxOpcodes} steps to read`, 'a table of tensors');
  }

  /** STOP: one value is left, and nothing comes after it. */
  #end(): Pickled {
    const value = this.#pop();
    if (this.#stack.length || this.#below.length || this.#at !== this.bytes.length) throw this.#bad('its table does not end where it says', 'one table');
    return value;
  }

  #step(opcode: number): void {
    switch (opcode) {
      case 0x28: // MARK
        this.#below.push(this.#stack);
        this.#stack = [];
        return;
      case 0x4e: // NONE
        return this.#push(null);
      case 0x88: // NEWTRUE
        return this.#push(true);
      case 0x89: // NEWFALSE
        return this.#push(false);
      case 0x4a: // BININT
        return this.#push(this.#view.getInt32(this.#advance(4), true));
      case 0x4b: // BININT1
        return this.#push(this.#byte());
      case 0x4d: // BININT2
        return this.#push(this.#view.getUint16(this.#advance(2), true));
      case 0x8a: // LONG1
        return this.#push(this.#long());
      case 0x47: // BINFLOAT, the one number that is big-endian
        return this.#push(new Fraction(this.#view.getFloat64(this.#advance(8))));
      case 0x58: // BINUNICODE
        return this.#push(this.#text(this.#view.getUint32(this.#advance(4), true)));
      case 0x55: // SHORT_BINSTRING
        return this.#push(this.#text(this.#byte()));
      case 0x7d: // EMPTY_DICT
        return this.#push(new Map());
      case 0x5d: // EMPTY_LIST
        return this.#push([]);
      case 0x29: // EMPTY_TUPLE
        return this.#push(new Tuple([]));
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return this.#push(new Tuple(this.#popMany(opcode - 0x84)));
      case 0x74: // TUPLE
        return this.#push(new Tuple(this.#popMark()));
      case 0x61: // APPEND
        return this.#append(this.#popMany(1));
      case 0x65: // APPENDS
        return this.#append(this.#popMark());
      case 0x73: // SETITEM
        return this.#set(this.#popMany(2));
      case 0x75: // SETITEMS
        return this.#set(this.#popMark());
      case 0x68: // BINGET
        return this.#get(this.#byte());
      case 0x6a: // LONG_BINGET
        return this.#get(this.#view.getUint32(this.#advance(4), true));
      case 0x71: // BINPUT
        return this.#put(this.#byte());
      case 0x72: // LONG_BINPUT
        return this.#put(this.#view.getUint32(this.#advance(4), true));
      case 0x63: // GLOBAL
        return this.#push(this.#global());
      case 0x52: {
        // REDUCE
        const [callee, args] = this.#popMany(2);
        return this.#push(made(callee, args, this.#bad));
      }
      case 0x62: // BUILD
        return this.#build();
      case 0x51: // BINPERSID
        return this.#push(storageOf(this.#pop(), this.#bad));
      default:
        throw failure('torch-refused', { file: this.file, found: `the pickle opcode ${foreignOpcodes.get(opcode) ?? `0x${opcode.toString(16)}`}` });
    }
  }

  /** Steps over bytes. @returns where they begin */
  #advance(count: number): number {
    const at = this.#at;
    if (at + count > this.bytes.length) throw this.#bad('its table is cut short', 'a whole file');
    this.#at += count;
    return at;
  }

  #byte(): number {
    return this.bytes[this.#advance(1)];
  }

  /** A whole number of up to 8 bytes, little-endian, two's complement. */
  #long(): number {
    const count = this.#byte();
    const at = this.#advance(count);
    if (count > 8) throw this.#bad(`its table has a number of ${count} bytes`, 'sizes that can exist');
    let bits = 0n;
    for (let i = count - 1; i >= 0; i--) bits = (bits << 8n) | BigInt(this.bytes[at + i]);
    const value = Number(BigInt.asIntN(8 * count, bits));
    if (!Number.isSafeInteger(value)) throw this.#bad(`its table has the number ${value}`, 'sizes that can exist');
    return value;
  }

  #text(length: number): string {
    if (length > maxText) throw this.#bad(`its table has a text of ${length} bytes`, `at most ${maxText}`);
    const at = this.#advance(length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.bytes.subarray(at, at + length));
    } catch {
      throw this.#bad('its table has a text that is not UTF-8', 'names in UTF-8');
    }
  }

  #line(): string {
    const end = this.bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw this.#bad('its table is cut short', 'a whole file');
    const line = this.#text(end - this.#at);
    this.#advance(1);
    return line;
  }

  #global(): Global {
    const name = `${this.#line()}.${this.#line()}`;
    const found = globalNamed(name);
    if (!found) throw failure('torch-refused', { file: this.file, found: name.length > 80 ? `${name.slice(0, 80)}…` : name });
    return found;
  }

  #push(value: Pickled): void {
    this.#stack.push(value);
  }

  #pop(): Pickled {
    return this.#popMany(1)[0];
  }

  #popMany(count: number): Pickled[] {
    if (this.#stack.length < count) throw this.#bad('its table takes more than it gave', 'a table of tensors');
    return this.#stack.splice(this.#stack.length - count);
  }

  /** Everything above the last mark. */
  #popMark(): Pickled[] {
    const below = this.#below.pop();
    if (!below) throw this.#bad('its table takes more than it gave', 'a table of tensors');
    const items = this.#stack;
    this.#stack = below;
    return items;
  }

  #top(): Pickled {
    if (!this.#stack.length) throw this.#bad('its table takes more than it gave', 'a table of tensors');
    return this.#stack[this.#stack.length - 1];
  }

  #append(items: Pickled[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw this.#bad('its table appends to what is no list', 'a table of tensors');
    for (const item of items) list.push(item);
  }

  #set(items: Pickled[]): void {
    const table = this.#top();
    if (!(table instanceof Map) || items.length % 2) throw this.#bad('its table puts a key into what has none', 'a table of tensors');
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i];
      if (typeof key !== 'string' && typeof key !== 'number') throw this.#bad('its table has a key that is no name', 'names of tensors');
      if (table.has(key)) throw this.#bad(`its table gives “${key}” twice`, 'each name once');
      table.set(key, items[i + 1]);
    }
  }

  #get(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#bad(`its table recalls value ${index} before it is there`, 'a table of tensors');
    this.#push(value);
  }

  #put(index: number): void {
    this.#memo.set(index, this.#top());
  }

  /** Attributes of a state dict (`_metadata`, versions of modules) are read past; nothing else may have any. */
  #build(): void {
    const attributes = this.#pop();
    if (!(this.#top() instanceof OrderedDict) || !(attributes instanceof Map)) throw this.#bad('its table gives attributes to what has none', 'a table of tensors');
  }
}
