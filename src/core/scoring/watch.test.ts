import { describe, expect, test, vi } from 'vitest';
import { breathe, Pace, type Progress } from './watch';

const recorded = (): { told: Progress[]; watch: { onProgress(progress: Progress): void; checkStopped(): void } } => {
  const told: Progress[] = [];
  return { told, watch: { onProgress: (progress) => told.push(progress), checkStopped: () => undefined } };
};

describe('the pace', () => {
  test('says at once what is being done, and then the time left at the pace so far', () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(1000);
    const { told, watch } = recorded();
    const pace = new Pace(watch, 'Scoring', 10);
    clock.mockReturnValue(3000); // two seconds for two of ten
    pace.step(2);
    clock.mockReturnValue(5000); // four seconds for eight
    pace.step(6);
    clock.mockRestore();
    expect(told).toEqual([
      { doing: 'Scoring', done: 0, secondsLeft: null },
      { doing: 'Scoring', done: 0.2, secondsLeft: 8 },
      { doing: 'Scoring', done: 0.8, secondsLeft: 1 },
    ]);
  });

  test('reaches 1 with no time left', () => {
    const { told, watch } = recorded();
    const pace = new Pace(watch, 'Scoring', 3);
    for (let i = 0; i < 3; i++) pace.step();
    expect(told.at(-1)).toEqual({ doing: 'Scoring', done: 1, secondsLeft: 0 });
  });
});

test('a breath lets messages that wait have their turn, which a resolved promise would not', async () => {
  const { port1, port2 } = new MessageChannel();
  let heard = false;
  const arrival = new Promise<void>((resolve) => {
    port1.onmessage = () => {
      heard = true;
      resolve();
    };
  });
  port2.postMessage('stop');
  await Promise.resolve();
  expect(heard).toBe(false);
  for (let i = 0; i < 3; i++) await breathe();
  expect(heard).toBe(true);
  await arrival;
  port1.close();
});
