import { expect, test } from 'vitest';
import { plainPaint } from './plain-paint';

test.each([
  ['rgb(29, 33, 38)', 'rgb(29, 33, 38)', 1],
  ['rgba(29, 33, 38, 0.5)', 'rgb(29, 33, 38)', 0.5],
  ['rgba(0, 0, 0, 0)', 'rgb(0, 0, 0)', 0],
  ['rgb(29 33 38 / 0.25)', 'rgb(29, 33, 38)', 0.25],
  ['color(srgb 0.2 0.4 1)', 'rgb(51, 102, 255)', 1],
  ['color(srgb 0.337255 0.364706 0.4 / 0.16)', 'rgb(86, 93, 102)', 0.16],
  ['none', 'none', 1],
  ['color(display-p3 1 0 0)', 'color(display-p3 1 0 0)', 1],
])('%s is %s with an opacity of %d', (computed, colour, opacity) => {
  expect(plainPaint(computed)).toEqual({ colour, opacity });
});
