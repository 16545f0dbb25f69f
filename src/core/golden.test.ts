/** Per-token NLLs, tokens and soups against transformers and torch (reference/README.md). */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { goldenEngine, goldenModel, mismatches, perToken, relative } from '../../reference/compare';
import { loadFixed, scoreRows } from '../../reference/fixed-scores';
import golden from '../../reference/golden/nll.json';
import shipped from '../../reference/golden/self-test.json';
import goldenSoup from '../../reference/golden/soup.json';
import { nodeBackend } from '../terminal/node-engine';
import type { ModelConfig } from './checkpoint/config';
import { decode } from './checkpoint/dtype';
import { readHeader } from './checkpoint/safetensors';
import { splitDocuments } from './perplexity/documents';
import { perplexityOf } from './perplexity/perplexity';
import { fixedTokens, selfTestConfig, wideConfig } from './scoring/fixed-model';
import { Tokenizer } from './tokenizer/tokenizer';

const rolling = { kind: 'rolling' } as const;
const { documents } = golden;
const long = documents.join('\n');
const engine = goldenEngine();

describe('what is scored', () => {
  it('is cut into the same documents', () => {
    expect(splitDocuments('text', golden.text, 'blank-lines', '')).toEqual(documents);
  });

  it('has the same tokens', async () => {
    const file = 'models/pico/tokenizer.json';
    const tokenizer = Tokenizer.parse(await readFile(file, 'utf8'), file);
    expect(documents.map((document) => tokenizer.encode(document))).toEqual(golden.tokens.documents);
    expect(tokenizer.encode(long)).toEqual(golden.tokens.long);
  });
});

describe('NLLs of the bundled checkpoints and their soups, token by token', () => {
  it.each(Object.entries(golden.models))('%s', async (id, expected) => {
    const model = goldenModel(id, expected.coefficients);
    const scores = await engine.scoreText(model, { name: 'documents', documents }, rolling);
    scores.documents.forEach((nll, i) => expect(mismatches(nll, expected.documents[i], perToken)).toEqual([]));
    const [whole] = (await engine.scoreText(model, { name: 'long', documents: [long] }, rolling)).documents;
    expect(mismatches(whole, expected.long, perToken)).toEqual([]);
  });

  it('would tell if one were wrong', async () => {
    const { coefficients, long: expected } = golden.models.step8000;
    const [nll] = (await engine.scoreText(goldenModel('step8000', coefficients), { name: 'long', documents: [long] }, rolling)).documents;
    const moved = expected.with(300, expected[300] + 1e-2);
    expect(mismatches(nll, moved, perToken)).toHaveLength(1);
    expect(mismatches(nll.fill(NaN, 7, 8), expected, perToken)).toHaveLength(1);
    expect(mismatches(nll.subarray(1), expected, perToken)).toHaveLength(1);
  });
});

async function scoreFixed(config: ModelConfig, tokens: number[], length: number): Promise<number[]> {
  const backend = nodeBackend();
  await loadFixed(backend, config);
  const nll = await scoreRows(backend, config, tokens, length);
  await backend.close();
  return nll;
}

describe('NLLs of models whose parameters follow from their names', () => {
  it("a vocabulary of Pythia's size and a window of 1024", async () => {
    const { tokens, nll } = golden.wide;
    expect(fixedTokens('tokens', 1025, wideConfig.vocab_size)).toEqual(tokens);
    expect(mismatches(await scoreFixed(wideConfig, tokens, 1024), nll, perToken)).toEqual([]);
  });

  it('the self-test, as the page ships it', async () => {
    const { tokens, nll } = golden.selfTest;
    expect(fixedTokens('self-test', 98, selfTestConfig.vocab_size)).toEqual(tokens);
    expect(shipped.nll).toEqual(nll);
    expect(mismatches(await scoreFixed(selfTestConfig, tokens, 48), nll, perToken)).toEqual([]);
  });
});

describe('a soup', () => {
  const soup = goldenModel('uniform', goldenSoup.coefficients);
  const ulp = 2 ** -23; // of a 32-bit number, relative to it, at most

  it('is exported as torch averages it', async () => {
    const file = await engine.exportModel(soup, 'uniform');
    const { tensors } = await readHeader(file, 'soup.safetensors');
    expect([...tensors.keys()].sort()).toEqual(Object.keys(goldenSoup.tensors).sort());
    for (const [name, { sum, squares, first }] of Object.entries(goldenSoup.tensors)) {
      const info = tensors.get(name);
      const values = decode(new Uint8Array(await file.slice(info?.begin, info?.end).arrayBuffer()), 'F32');
      const total = (term: (value: number) => number): number => values.reduce((before, value) => before + term(value), 0);
      expect(mismatches(values.slice(0, first.length), first, relative(ulp)), name).toEqual([]);
      expect(mismatches([total((value) => value)], [sum], () => ulp * total(Math.abs)), name).toEqual([]);
      expect(mismatches([total((value) => value ** 2)], [squares], relative(2 * ulp)), name).toEqual([]);
    }
  });

  it('has the perplexity that transformers finds', async () => {
    const { documents: nll, bytes } = await engine.scoreText(soup, { name: 'documents', documents: goldenSoup.documents }, rolling);
    expect(mismatches([perplexityOf(nll, bytes).perplexity], [goldenSoup.perplexity], relative(1e-5))).toEqual([]);
  });
});
