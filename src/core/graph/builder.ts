/** Builds an ONNX graph node by node; every value is known by its name. */
import type { Attribute, Dimension, ElementType, Graph, GraphNode } from './onnx';

/** The name of a value in the graph. */
export type Value = string;

type Attributes = Record<string, number | number[] | { float: number }>;

export class GraphBuilder {
  readonly #graph: Graph;
  #next = 0;

  constructor(name: string) {
    this.#graph = { name, inputs: [], outputs: [], constants: [], nodes: [] };
  }

  get graph(): Graph {
    return this.#graph;
  }

  input(name: string, type: ElementType, shape: Dimension[]): Value {
    this.#graph.inputs.push({ name, type, shape });
    return name;
  }

  output(name: string, type: ElementType, shape: Dimension[], value: Value): void {
    this.node('Identity', [value], {}, [name]);
    this.#graph.outputs.push({ name, type, shape });
  }

  /** Whole numbers as an int64 constant: shapes, axes, slice bounds. */
  integers(values: number[]): Value {
    return this.#constant('int64', [values.length], BigInt64Array.from(values, BigInt));
  }

  floats(shape: number[], data: Float32Array): Value {
    return this.#constant('float32', shape, data);
  }

  /** An operator of ai.onnx with one result. */
  op(op: string, inputs: Value[], attributes: Attributes = {}): Value {
    return this.node(op, inputs, attributes)[0];
  }

  /** An operator of com.microsoft with one result. */
  fused(op: string, inputs: Value[], attributes: Attributes = {}): Value {
    return this.node(op, inputs, attributes, [this.#name(op)], 'com.microsoft')[0];
  }

  /** An operator with named results. */
  node(op: string, inputs: Value[], attributes: Attributes = {}, outputs = [this.#name(op)], domain: GraphNode['domain'] = ''): Value[] {
    const typed = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, toAttribute(value)]));
    this.#graph.nodes.push({ op, domain, inputs, outputs, attributes: typed });
    return outputs;
  }

  /** `count` fresh names, for an operator with several results. */
  names(op: string, count: number): Value[] {
    return Array.from({ length: count }, () => this.#name(op));
  }

  /** `x @ weight.T + bias`, in the layout of a Hugging Face linear layer: x [N, in], weight [out, in], bias [out]. */
  linear(x: Value, weight: Value, bias?: Value): Value {
    return this.op('Gemm', bias ? [x, weight, bias] : [x, weight], { transB: 1 });
  }

  #constant(type: ElementType, shape: number[], data: Float32Array | BigInt64Array): Value {
    const name = this.#name('constant');
    this.#graph.constants.push({ name, type, shape, data });
    return name;
  }

  #name(op: string): Value {
    return `${op}_${this.#next++}`;
  }
}

function toAttribute(value: Attributes[string]): Attribute {
  if (Array.isArray(value)) return { kind: 'ints', value };
  if (typeof value === 'number') return { kind: 'int', value };
  return { kind: 'float', value: value.float };
}
