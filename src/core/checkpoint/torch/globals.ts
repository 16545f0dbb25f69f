/** The names a file of weights may refer to, and what each makes. There are no others: no look-up reaches past this file. */
import type { Complain } from '../complain';
import { Global, OrderedDict, Storage, Tensor, Tuple, type Pickled, type StorageType } from './pickled';

const storageTypes: ReadonlyMap<string, StorageType> = new Map([
  ['torch.FloatStorage', { dtype: 'F32', bytesPerValue: 4 }],
  ['torch.HalfStorage', { dtype: 'F16', bytesPerValue: 2 }],
  ['torch.BFloat16Storage', { dtype: 'BF16', bytesPerValue: 2 }],
  ['torch.DoubleStorage', { dtype: 'F64', bytesPerValue: 8 }],
  ['torch.LongStorage', { dtype: 'I64', bytesPerValue: 8 }],
  ['torch.IntStorage', { dtype: 'I32', bytesPerValue: 4 }],
  ['torch.ShortStorage', { dtype: 'I16', bytesPerValue: 2 }],
  ['torch.CharStorage', { dtype: 'I8', bytesPerValue: 1 }],
  ['torch.ByteStorage', { dtype: 'U8', bytesPerValue: 1 }],
  ['torch.BoolStorage', { dtype: 'BOOL', bytesPerValue: 1 }],
]);

const makers = ['collections.OrderedDict', 'torch._utils._rebuild_tensor_v2', 'torch._utils._rebuild_parameter', 'torch.Size'];

const known: ReadonlyMap<string, Global> = new Map([...storageTypes.keys(), ...makers].map((name) => [name, new Global(name)]));

/** The inert stand-in for a name of Python's, if weights may refer to it. */
export function globalNamed(name: string): Global | undefined {
  return known.get(name);
}

/**
 * What calling a global would make.
 * @throws what `bad` makes: for another value than a global, or arguments torch never gives it
 */
export function made(callee: Pickled, args: Pickled, bad: Complain): Pickled {
  const name = callee instanceof Global ? callee.name : 'something without a name';
  const wrong = (): Error => bad(`it calls ${name} in an unknown way`, 'calls as torch.save writes them');
  if (!(args instanceof Tuple)) throw wrong();
  switch (name) {
    case 'collections.OrderedDict':
      if (args.items.length) throw wrong();
      return new OrderedDict();
    case 'torch.Size':
      if (args.items.length !== 1 || !(args.items[0] instanceof Tuple)) throw wrong();
      return args.items[0];
    case 'torch._utils._rebuild_parameter': // (tensor, requires_grad, hooks)
      if (args.items.length !== 3 || !(args.items[0] instanceof Tensor) || typeof args.items[1] !== 'boolean') throw wrong();
      return args.items[0];
    case 'torch._utils._rebuild_tensor_v2':
      return rebuilt(args.items, wrong);
    default:
      throw wrong();
  }
}

/** (storage, offset, size, stride, requires_grad, hooks[, metadata]), see torch/_utils.py. */
function rebuilt(args: Pickled[], wrong: () => Error): Tensor {
  const [storage, offset, size, stride, requiresGrad] = args;
  if (args.length < 6 || args.length > 7 || !(storage instanceof Storage) || !isCount(offset) || !isCounts(size) || !isCounts(stride)) throw wrong();
  if (size.items.length !== stride.items.length || typeof requiresGrad !== 'boolean') throw wrong();
  return new Tensor(storage, offset, size.items, stride.items);
}

/**
 * The storage that a persistent id stands for: ('storage', type, key, location, count).
 * @throws what `bad` makes
 */
export function storageOf(id: Pickled, bad: Complain): Storage {
  const [word, type, key, location, count] = id instanceof Tuple && id.items.length === 5 ? id.items : [];
  const known = type instanceof Global ? storageTypes.get(type.name) : undefined;
  if (word !== 'storage' || !known || typeof key !== 'string' || typeof location !== 'string' || !isCount(count)) {
    throw bad('it refers to something else than a storage', 'tensors as torch.save writes them');
  }
  return new Storage(known, key, count);
}

function isCount(value: Pickled | undefined): value is number {
  return typeof value === 'number' && value >= 0;
}

function isCounts(value: Pickled): value is Tuple & { items: number[] } {
  return value instanceof Tuple && value.items.every(isCount);
}
