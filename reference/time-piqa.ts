/**
 * Seconds for all of the official PIQA on this machine's processor, beside what golden_official.py says of the harness.
 * npx tsx reference/time-piqa.ts [REPEATS]
 */
import { goldenEngine, goldenModel } from './compare';
import { missing, officialGolden, officialItems } from './official';

const repeats = Number(process.argv[2] ?? 3);
const model = goldenModel(officialGolden.model, { [officialGolden.model]: 1 });
const seconds = (since: number): number => (performance.now() - since) / 1000;

/** From an engine that has loaded nothing: all there is but the start of the process. */
async function once(): Promise<void> {
  const start = performance.now();
  const engine = goldenEngine();
  const items = officialItems('piqa');
  await engine.open(model.ingredients[0].checkpoint);
  const asked = performance.now();
  const { length } = await engine.answerItems(model, items);
  const [answering, all] = [seconds(asked), seconds(start)];
  console.log(`piqa, packed: ${length} items, ${answering.toFixed(2)} s for answers (${(length / answering).toFixed(0)} items per second), ${all.toFixed(2)} s in all`);
}

if (missing('PIQA cannot be timed')) process.exitCode = 1;
else for (let i = 0; i < repeats; i++) await once();
