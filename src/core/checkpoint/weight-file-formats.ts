/** What a file of weights is, by its first bytes: its name says little, and much that is downloaded is something else. */
/* eslint no-control-regex: off -- signatures are made of control characters */
import { failure } from '../errors';

/** As many bytes as tar needs to be recognised. */
export const signatureBytes = 512;

interface Stranger {
  /** of the text that the first bytes are, a character each */
  begins: RegExp;
  found: string;
  remedy: string;
}

const savedAgain = 'Load it with torch 1.6 or newer and save it again with torch.save(model.state_dict(), …), or with model.save_pretrained(…) as safetensors';
const unpacked = 'Unpack it, and pick the .safetensors or .bin file inside';
const original = 'Use the checkpoint it was made from: a .safetensors or .bin file, with its config.json';

/** The length of a header, far below 4 GB, and the table's opening. Tried first: 640 in little-endian is how a pickle begins. */
const safetensors = /^[^]{4}\0{4}[{\t\n\r ]/;

const strangers: Stranger[] = [
  { begins: /^version https:\/\/git-lfs/, found: 'a Git LFS pointer, which stands for the file', remedy: 'Fetch the file itself: run “git lfs pull” in that folder, or download it from its page on the Hub' },
  { begins: /^\s*<(!doctype|html|head|body)/i, found: 'a web page', remedy: 'Download the file again: perhaps its address needs you to sign in first, or is that of a page about the file' },
  { begins: /^\s*<\?xml/, found: 'an XML message, such as servers answer with when they refuse', remedy: 'Download the file again from its own page' },
  { begins: /^[[{][\t\n\r -~]{7}/, found: 'a JSON text', remedy: 'Pick the weights themselves, a .safetensors or .bin file; if this was downloaded as one, the server sent a message in its place' },
  { begins: /^\x80\x02\x8a\x0al\xfc\x9cF\xf9 /, found: 'a PyTorch file of the format before torch 1.6', remedy: savedAgain },
  { begins: /^\x80[\x02-\x05]/, found: 'a pickle of Python objects', remedy: savedAgain },
  { begins: /^[^]{257}ustar/, found: 'a tar archive', remedy: `${unpacked}; if it is a very old PyTorch file, load it in Python and save it again` },
  { begins: /^7z\xbc\xaf\x27\x1c/, found: 'a 7z archive', remedy: unpacked },
  { begins: /^Rar!/, found: 'a rar archive', remedy: unpacked },
  { begins: /^\x1f\x8b/, found: 'compressed with gzip', remedy: unpacked },
  { begins: /^\x28\xb5\x2f\xfd/, found: 'compressed with zstd', remedy: unpacked },
  { begins: /^GGUF/, found: 'a GGUF file', remedy: original },
  { begins: /^\x89HDF/, found: 'a Keras or TensorFlow file', remedy: original },
];

/**
 * Which reader a file needs.
 * @param start its first `signatureBytes` bytes, or all it has
 * @param name what to call it in an error
 * @throws weights-unrecognised
 */
export function formatOf(start: Uint8Array, name: string): 'safetensors' | 'torch' {
  const text = String.fromCharCode(...start);
  if (safetensors.test(text)) return 'safetensors';
  if (/^PK(\x03\x04|\x05\x06)/.test(text)) return 'torch';
  const stranger = strangers.find(({ begins }) => begins.test(text));
  if (stranger) throw failure('weights-unrecognised', { file: name, found: stranger.found, remedy: stranger.remedy });
  return 'safetensors';
}
