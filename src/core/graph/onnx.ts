/** An ONNX graph as a value, and its bytes. Field numbers are those of onnx.proto3, IR version 8. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

export type ElementType = 'float32' | 'float16' | 'int32' | 'int64' | 'bool';

/** A size, or the name of one that is known only when the graph runs. */
export type Dimension = number | string;

export interface ValueInfo {
  name: string;
  type: ElementType;
  /** null where it is known only when the graph runs, the rank included */
  shape: Dimension[] | null;
}

export type Attribute = { kind: 'int'; value: number } | { kind: 'float'; value: number } | { kind: 'ints'; value: number[] } | { kind: 'text'; value: string };

export interface GraphNode {
  op: string;
  domain: '' | 'com.microsoft';
  inputs: string[];
  outputs: string[];
  attributes: Record<string, Attribute>;
}

export interface Constant {
  name: string;
  type: ElementType;
  shape: number[];
  data: Float32Array | Int32Array | BigInt64Array;
}

export interface Graph {
  name: string;
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  constants: Constant[];
  nodes: GraphNode[];
}

/** As onnx.proto3 numbers them; also what a Cast is told. */
export const elementTypes: Record<ElementType, number> = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10 };
const irVersion = 8;
const opsets = [
  { domain: '', version: 18 },
  { domain: 'com.microsoft', version: 1 },
];

/** Serialises a graph as an ONNX model. */
export function encodeModel(graph: Graph): Uint8Array<ArrayBuffer> {
  const w = new BinaryWriter();
  w.tag(1, WireType.Varint).int64(irVersion);
  w.tag(2, WireType.LengthDelimited).string('stockpot');
  message(w, 7, () => writeGraph(w, graph));
  for (const { domain, version } of opsets) {
    message(w, 8, () => {
      w.tag(1, WireType.LengthDelimited).string(domain);
      w.tag(2, WireType.Varint).int64(version);
    });
  }
  return w.finish() as Uint8Array<ArrayBuffer>;
}

function message(w: BinaryWriter, field: number, body: () => void): void {
  w.tag(field, WireType.LengthDelimited).fork();
  body();
  w.join();
}

function strings(w: BinaryWriter, field: number, values: string[]): void {
  for (const value of values) w.tag(field, WireType.LengthDelimited).string(value);
}

function integers(w: BinaryWriter, field: number, values: number[]): void {
  for (const value of values) w.tag(field, WireType.Varint).int64(value);
}

function writeGraph(w: BinaryWriter, graph: Graph): void {
  for (const node of graph.nodes) message(w, 1, () => writeNode(w, node));
  strings(w, 2, [graph.name]);
  for (const constant of graph.constants) message(w, 5, () => writeConstant(w, constant));
  for (const input of graph.inputs) message(w, 11, () => writeValueInfo(w, input));
  for (const output of graph.outputs) message(w, 12, () => writeValueInfo(w, output));
}

function writeNode(w: BinaryWriter, node: GraphNode): void {
  strings(w, 1, node.inputs);
  strings(w, 2, node.outputs);
  strings(w, 4, [node.op]);
  for (const [name, attribute] of Object.entries(node.attributes)) message(w, 5, () => writeAttribute(w, name, attribute));
  strings(w, 7, [node.domain]);
}

function writeAttribute(w: BinaryWriter, name: string, attribute: Attribute): void {
  const types = { float: 1, int: 2, text: 3, ints: 7 };
  strings(w, 1, [name]);
  if (attribute.kind === 'float') w.tag(2, WireType.Bit32).float(attribute.value);
  if (attribute.kind === 'int') integers(w, 3, [attribute.value]);
  if (attribute.kind === 'text') strings(w, 4, [attribute.value]);
  if (attribute.kind === 'ints') integers(w, 8, attribute.value);
  w.tag(20, WireType.Varint).int32(types[attribute.kind]);
}

function writeConstant(w: BinaryWriter, { name, type, shape, data }: Constant): void {
  integers(w, 1, shape);
  w.tag(2, WireType.Varint).int32(elementTypes[type]);
  strings(w, 8, [name]);
  w.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValueInfo(w: BinaryWriter, { name, type, shape }: ValueInfo): void {
  strings(w, 1, [name]);
  message(w, 2, () =>
    message(w, 1, () => {
      w.tag(1, WireType.Varint).int32(elementTypes[type]);
      if (shape) message(w, 2, () => shape.forEach((size) => message(w, 1, () => writeDimension(w, size))));
    }),
  );
}

function writeDimension(w: BinaryWriter, size: Dimension): void {
  if (typeof size === 'number') integers(w, 1, [size]);
  else strings(w, 2, [size]);
}
