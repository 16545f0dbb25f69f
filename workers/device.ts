/** The graphics device: which adapter, with which limits, and what is left out because it is known to be wrong. */
import { failure } from '../src/core/errors';
import type { DeviceChoice } from './api';

/** Narrower subgroups make onnxruntime's fused causal attention wrong (off by up to 1.6 nats on SwiftShader, which has 4). */
const narrowestSubgroup = 8;

export interface OpenDevice {
  device: GPUDevice;
  /** for the person: vendor and architecture, and whether it is software */
  name: string;
  /** a processor pretending to be a graphics card */
  software: boolean;
  subgroups: boolean;
}

/**
 * @param halves whether 16-bit floats are wanted, for weights that are held in them; what is not used is not asked for
 * @throws device-absent, device-without-halves
 */
export async function openDevice(subgroups: DeviceChoice['subgroups'], halves = false): Promise<OpenDevice> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw failure('device-absent', { device: 'WebGPU' });
  if (halves && !adapter.features.has('shader-f16')) throw failure('device-without-halves', { device: 'WebGPU' });
  const requiredFeatures = featuresOf(adapter, subgroups, halves);
  const device = await adapter.requestDevice({ requiredFeatures, requiredLimits: limitsOf(adapter) });
  const { vendor, architecture, description } = adapter.info;
  const software = adapter.info.isFallbackAdapter || /swiftshader|llvmpipe/i.test(`${architecture} ${description}`);
  const name = [vendor, architecture || description].filter(Boolean).join(' ') || 'unnamed adapter';
  return { device, name: software ? `${name} (software)` : name, software, subgroups: requiredFeatures.includes('subgroups') };
}

/** What the adapter that `openDevice` would choose allows; null where there is none. */
export async function adapterLimits(): Promise<{ binding: number; halves: boolean } | null> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  if (!adapter) return null;
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  return { binding: Math.min(maxBufferSize, maxStorageBufferBindingSize), halves: adapter.features.has('shader-f16') };
}

function featuresOf(adapter: GPUAdapter, subgroups: DeviceChoice['subgroups'], halves: boolean): GPUFeatureName[] {
  const wide = (adapter.info.subgroupMinSize ?? 0) >= narrowestSubgroup;
  const wanted: [GPUFeatureName, boolean][] = [
    ['subgroups', subgroups === 'always' || (subgroups === 'when-wide' && wide)],
    ['shader-f16', halves],
  ];
  return wanted.filter(([name, wish]) => wish && adapter.features.has(name)).map(([name]) => name);
}

/** A device gets the specification's defaults unless the adapter's own limits are asked for. */
function limitsOf(adapter: GPUAdapter): Record<string, number> {
  const names = [
    'maxBufferSize',
    'maxStorageBufferBindingSize',
    'maxStorageBuffersPerShaderStage',
    'maxComputeWorkgroupStorageSize',
    'maxComputeInvocationsPerWorkgroup',
    'maxComputeWorkgroupSizeX',
    'maxComputeWorkgroupSizeY',
    'maxComputeWorkgroupSizeZ',
    'maxComputeWorkgroupsPerDimension',
  ] as const;
  return Object.fromEntries(names.map((name) => [name, adapter.limits[name]]));
}

/**
 * Does work on a device and turns what the device complains of into a failure: WebGPU reports mistakes and a full memory on the
 * side, and goes on with buffers that hold nothing.
 * @param doing for the person, in a few words
 * @throws device-memory
 */
export async function guarded<T>(device: GPUDevice, doing: string, work: () => T | Promise<T>): Promise<T> {
  device.pushErrorScope('validation');
  device.pushErrorScope('out-of-memory');
  const [outcome] = await Promise.allSettled([Promise.resolve().then(work)]);
  const errors = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
  if (outcome.status === 'rejected') throw outcome.reason;
  const error = errors.find((found) => found !== null);
  if (error) throw failure('device-memory', { doing, found: error.message.split('\n')[0] || 'its memory is full' });
  return outcome.value;
}
