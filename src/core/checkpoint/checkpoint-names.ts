/**
 * Names of tensors, in a file and in the architecture. Wrappers put a prefix before every name (`module.` by DataParallel, `_orig_mod.`
 * by torch.compile, `model.` by trainers), and files saved from the bare body lack the one of the full model (`transformer.` in the
 * GPT-2 files of the Hub, `gpt_neox.`, `model.`).
 */
import { failure } from '../errors';

/** GPT-NeoX's unembedding is `lm_head` in a state_dict of transformers 5, and `embed_out` in all others and in what save_pretrained writes. */
const alsoCalled: ReadonlyMap<string, string> = new Map([['embed_out.weight', 'lm_head.weight']]);

/** Names of the architecture that begin with `lacked` have `added` in its place in the file; all others have `added` in front. */
interface Renaming {
  lacked: string;
  added: string;
}

/**
 * Finds the architecture's names in a file: as they are, or by the one common prefix that accounts for most of them.
 * @param wanted the architecture's names, the token embedding first: no file goes without it, so it tells the prefix
 * @param present the names in the file
 * @param file what to call it in an error
 * @returns the file's name of each wanted one that it has
 * @throws names-ambiguous
 */
export function namesInFile(wanted: string[], present: ReadonlySet<string>, file: string): Map<string, string> {
  const found = [{ lacked: '', added: '' }, ...renamings(wanted[0], present)].map((renaming) => find(wanted, present, renaming));
  const most = Math.max(...found.map(({ size }) => size));
  const best = found.filter(({ size }) => size === most);
  const anchors = new Set(best.flatMap((names) => names.get(wanted[0]) ?? []));
  if (anchors.size > 1 && most === wanted.length && best[0] !== found[0]) throw failure('names-ambiguous', { file, names: [...anchors] });
  return best[0];
}

/** Each way in which a name of the file can be the anchor, which keeps its last two parts (`embed_in.weight`). */
function renamings(anchor: string, present: ReadonlySet<string>): Renaming[] {
  const parts = anchor.split('.');
  const suffixes = parts.slice(0, -1).map((_, i) => parts.slice(i).join('.'));
  return [...present].flatMap((name) =>
    suffixes
      .filter((suffix) => name === suffix || name.endsWith(`.${suffix}`))
      .slice(0, 1) // the longest says most
      .map((suffix) => ({ lacked: anchor.slice(0, anchor.length - suffix.length), added: name.slice(0, name.length - suffix.length) })),
  );
}

function find(wanted: string[], present: ReadonlySet<string>, { lacked, added }: Renaming): Map<string, string> {
  const renamed = (name: string): string => added + (name.startsWith(lacked) ? name.slice(lacked.length) : name);
  const found = new Map<string, string>();
  for (const name of wanted) {
    const inFile = [name, alsoCalled.get(name) ?? name].map(renamed).find((candidate) => present.has(candidate));
    if (inFile !== undefined) found.set(name, inFile);
  }
  return found;
}
