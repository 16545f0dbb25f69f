/**
 * The linear soup: theta = sum_i c_i theta_i (the paper, equation 1), kept in 32 bits.
 * The formula stands here twice because it runs in two places, which agree within the rounding of 32 bits.
 */
import { bytesPerValue, decodeInto, type Dtype } from '../checkpoint/dtype';

/**
 * sum = sum_i c_i theta_i for one tensor, on a processor; with `more`, what is there already is part of the sum. Two ingredients go
 * through together: one pass over memory instead of two makes a coefficient step of a 2M model 4.2 ms instead of 7.3.
 */
export function mixInto(sum: Float32Array, theta: Float32Array[], c: number[], more = false): void {
  const together = more ? 0 : Math.min(2, theta.length);
  const [x, y] = theta;
  if (together === 2) for (let i = 0; i < sum.length; i++) sum[i] = c[0] * x[i] + c[1] * y[i];
  if (together === 1) for (let i = 0; i < sum.length; i++) sum[i] = c[0] * x[i];
  for (let k = together; k < theta.length; k++) {
    const z = theta[k];
    for (let i = 0; i < sum.length; i++) sum[i] += c[k] * z[i];
  }
}

/** An ingredient's tensor: decoded, or as it is stored. */
export type Theta = Float32Array | { bytes: Uint8Array<ArrayBuffer>; dtype: Dtype };

/** Values decoded at once: they stay in a processor's cache, and a whole tensor decoded would be one more copy of it in memory. */
const stretch = 65_536;

/** `mixInto`, a stretch at a time. */
export function mixStored(sum: Float32Array, theta: Theta[], c: number[], more: boolean): void {
  const scratch = theta.map(() => new Float32Array(Math.min(stretch, sum.length)));
  for (let begin = 0; begin < sum.length; begin += stretch) {
    const end = Math.min(sum.length, begin + stretch);
    mixInto(sum.subarray(begin, end), theta.map((each, i) => valuesOf(each, begin, end, scratch[i])), c, more);
  }
}

function valuesOf(theta: Theta, begin: number, end: number, scratch: Float32Array): Float32Array {
  if (theta instanceof Float32Array) return theta.subarray(begin, end);
  const size = bytesPerValue[theta.dtype];
  return decodeInto(scratch.subarray(0, end - begin), theta.bytes.subarray(size * begin, size * end), theta.dtype);
}

/** How the bits of a stored 32-bit word become one or two values, in WGSL: `values(word)`. F16 subnormals are decoded exactly. */
const wgslDecoders = {
  F32: 'fn values(word: u32) -> array<f32, 1> { return array(bitcast<f32>(word)); }',
  BF16: 'fn values(word: u32) -> array<f32, 2> { return array(bitcast<f32>(word << 16u), bitcast<f32>(word & 0xffff0000u)); }',
  F16: `
fn half(bits: u32) -> f32 {
  let sign = (bits & 0x8000u) << 16u;
  let magnitude = bits & 0x7fffu;
  if (magnitude < 0x400u) { return bitcast<f32>(sign | bitcast<u32>(f32(magnitude) * 5.9604644775390625e-8)); }
  if (magnitude >= 0x7c00u) { return bitcast<f32>(sign | 0x7f800000u | ((magnitude & 0x3ffu) << 13u)); }
  return bitcast<f32>(sign | ((magnitude << 13u) + 0x38000000u));
}
fn values(word: u32) -> array<f32, 2> { return array(half(word & 0xffffu), half(word >> 16u)); }`,
};

export const workgroupSize = 64;

/**
 * The same on a graphics device, as WGSL: sum (f32) += c * theta, theta still as stored.
 * Bindings: 0 sum, 1 theta as 32-bit words, 2 {c, keep, stride, count}; keep is 0 for the first ingredient and 1 for the others.
 */
export function accumulateShader(dtype: keyof typeof wgslDecoders): string {
  const perWord = dtype === 'F32' ? 1 : 2;
  return `
struct Step { c: f32, keep: f32, stride: u32, count: u32 }
@group(0) @binding(0) var<storage, read_write> sum: array<f32>;
@group(0) @binding(1) var<storage, read> theta: array<u32>;
@group(0) @binding(2) var<uniform> step: Step;
${wgslDecoders[dtype]}
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u) {
  for (var word = id.x; word * ${perWord}u < step.count; word += step.stride) {
    let value = values(theta[word]);
    for (var k = 0u; k < ${perWord}u; k++) {
      let i = word * ${perWord}u + k;
      if (i < step.count) {
        // select, not a product: what an unwritten buffer holds times 0 could be NaN
        sum[i] = select(0.0, sum[i], step.keep > 0.0) + step.c * value[k];
      }
    }
  }
}`;
}

/**
 * Rounds to half precision, ties to even, as WGSL: what `pack2x16float` does in between is the device's choice, and it may flush
 * subnormals. A value beyond the largest half becomes infinite.
 * Bindings: 0 halves, two in a 32-bit word, 1 values (f32), 2 as above; stride and count in words.
 */
export const halveShader = `
struct Step { c: f32, keep: f32, stride: u32, count: u32 }
@group(0) @binding(0) var<storage, read_write> halves: array<u32>;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<uniform> step: Step;
fn half(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  let magnitude = bits & 0x7fffffffu;
  let normal = (magnitude - 0x38000000u + 0xfffu + ((magnitude >> 13u) & 1u)) >> 13u;
  let subnormal = bitcast<u32>(0.5 + abs(value)) - 0x3f000000u;
  return ((bits >> 16u) & 0x8000u) | min(0x7c00u, select(normal, subnormal, magnitude < 0x38800000u));
}
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u) {
  for (var word = id.x; word < step.count; word += step.stride) {
    halves[word] = half(values[2u * word]) | (half(values[2u * word + 1u]) << 16u);
  }
}`;
