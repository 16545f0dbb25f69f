/** The graphics device: which adapter, with which limits, and what is left out because it is known to be wrong. */
import { failure } from '../src/core/errors';
import type { DeviceChoice } from './api';

/** Narrower subgroups make onnxruntime's fused causal attention wrong (design.md measured 1.6 nats on SwiftShader, which has 4). */
const narrowestSubgroup = 8;

export interface OpenDevice {
  device: GPUDevice;
  /** for the person: vendor and architecture, and whether it is software */
  name: string;
  /** a processor pretending to be a graphics card */
  software: boolean;
}

/** @throws device-absent */
export async function openDevice(subgroups: DeviceChoice['subgroups']): Promise<OpenDevice> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw failure('device-absent', { device: 'WebGPU' });
  const device = await adapter.requestDevice({ requiredFeatures: featuresOf(adapter, subgroups), requiredLimits: limitsOf(adapter) });
  const { vendor, architecture, description } = adapter.info;
  const software = adapter.info.isFallbackAdapter || /swiftshader|llvmpipe/i.test(`${architecture} ${description}`);
  const name = [vendor, architecture || description].filter(Boolean).join(' ') || 'unnamed adapter';
  return { device, name: software ? `${name} (software)` : name, software };
}

function featuresOf(adapter: GPUAdapter, subgroups: DeviceChoice['subgroups']): GPUFeatureName[] {
  const wide = (adapter.info.subgroupMinSize ?? 0) >= narrowestSubgroup;
  const wanted = subgroups === 'always' || (subgroups === 'when-wide' && wide);
  return wanted && adapter.features.has('subgroups') ? ['subgroups'] : [];
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
