/** Colours as every program that reads SVG knows them. */

/** A colour without its opacity, and that. */
export interface Paint {
  colour: string;
  opacity: number;
}

const channels = /^(?:rgba?\(([^)]*)\)|color\(srgb ([^)]*)\))$/;

/**
 * What a browser computes for a colour, as `rgb(…)` and an opacity: older programs know neither `rgba()` nor `color()`, which is
 * what becomes of a mixed colour. Anything else, such as `none`, stays as it is.
 */
export function plainPaint(computed: string): Paint {
  const [, bytes, shares] = channels.exec(computed) ?? [];
  const numbers = (bytes ?? shares)?.split(/[\s,/]+/).map(Number);
  if (numbers === undefined || numbers.length < 3 || numbers.some(Number.isNaN)) return { colour: computed, opacity: 1 };
  const [red, green, blue, opacity = 1] = numbers;
  const whole = [red, green, blue].map((channel) => Math.round(bytes === undefined ? 255 * channel : channel));
  return { colour: `rgb(${whole.join(', ')})`, opacity };
}
