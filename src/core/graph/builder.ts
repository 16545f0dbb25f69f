/** Builds an ONNX graph node by node; every value is known by its name. */
import { failure } from '../errors';
import { elementTypes, type Attribute, type Dimension, type ElementType, type Graph, type GraphNode } from './onnx';
import { bytesPerWeight, countOf, type WeightInput, type WeightType } from './weights';

/** The name of a value in the graph. */
export type Value = string;

/** Rows of a matrix that a graph has in blocks: the block, and which rows it holds. */
export interface RowBlock {
  value: Value;
  begin: number;
  /** Infinity where the block is the whole matrix */
  end: number;
}

/** A linear layer as the graph has it. */
export interface LinearLayer {
  /** the name of its weight */
  weight: string;
  /** [N, in] */
  input: Value;
  /** whether the weight is [in, out] instead of [out, in] */
  turned: boolean;
}

type Attributes = Record<string, number | number[] | { float: number } | { text: string }>;

export class GraphBuilder {
  readonly #graph: Graph;
  readonly #inputs = new Set<string>();
  readonly #weights = new Map<string, WeightInput[]>();
  /** weights that are stored in 16 bits */
  readonly #halves = new Set<Value>();
  #next = 0;
  /** in the order in which they were added */
  readonly linearLayers: LinearLayer[] = [];

  constructor(name: string) {
    this.#graph = { name, inputs: [], outputs: [], constants: [], nodes: [] };
  }

  get graph(): Graph {
    return this.#graph;
  }

  input(name: string, type: ElementType, shape: Dimension[]): Value {
    this.#graph.inputs.push({ name, type, shape });
    this.#inputs.add(name);
    return name;
  }

  /** The parameters as inputs. Their names can be used like any value: what is stored in 16 bits is cast where it is used. */
  weights(inputs: WeightInput[], type: WeightType): void {
    for (const input of inputs) {
      this.input(input.name, type, input.shape);
      if (type === 'float16') this.#halves.add(input.name);
      this.#weights.set(input.parameter, [...(this.#weights.get(input.parameter) ?? []), input]);
    }
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

  scalar(value: number): Value {
    return this.floats([], Float32Array.of(value));
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
    this.#push({ op, domain, inputs: inputs.map((input) => this.whole(input)), outputs }, attributes);
    return outputs;
  }

  /** `count` fresh names, for an operator with several results. */
  names(op: string, count: number): Value[] {
    return Array.from({ length: count }, () => this.#name(op));
  }

  /** The sizes of a value; asking a weight of 16 bits does not cast it. */
  shapeOf(x: Value): Value {
    const outputs = [this.#name('Shape')];
    this.#push({ op: 'Shape', domain: '', inputs: [x], outputs }, {});
    return outputs[0];
  }

  /** A value in parts of these sizes along an axis. */
  split(x: Value, sizes: number[], axis: number): Value[] {
    if (sizes.length === 1) return [x];
    return this.node('Split', [x, this.integers(sizes)], { axis }, this.names('Split', sizes.length));
  }

  /** The same value in another type. */
  cast(x: Value, type: ElementType): Value {
    return this.op('Cast', [x], { to: elementTypes[type] });
  }

  /**
   * `x @ weight.T + bias`, in the layout of a Hugging Face linear layer: x [N, in], weight [out, in], bias [out]. Blocks of a weight
   * give blocks of columns.
   */
  linear(x: Value, weight: Value, bias?: Value): Value {
    this.linearLayers.push({ weight, input: x, turned: false });
    const blocks = this.rowBlocks(weight);
    if (blocks.length === 1) return this.op('Gemm', bias ? [x, blocks[0].value, bias] : [x, blocks[0].value], { transB: 1 });
    const biases = bias ? this.split(bias, blocks.map(({ begin, end }) => end - begin), 0) : [];
    const columns = blocks.map(({ value }, i) => this.op('Gemm', bias ? [x, value, biases[i]] : [x, value], { transB: 1 }));
    return this.op('Concat', columns, { axis: 1 });
  }

  /**
   * GPT-2's layer, by the name of its parameters: `x @ weight + bias`, the weight [in, out], so that nothing has to be turned when a
   * checkpoint is loaded. Blocks of its rows take their columns of x, and what they give is summed.
   */
  conv1D(x: Value, name: string): Value {
    const [weight, bias] = [`${name}.weight`, `${name}.bias`];
    this.linearLayers.push({ weight, input: x, turned: true });
    const blocks = this.rowBlocks(weight);
    const columns = this.split(x, blocks.map(({ begin, end }) => end - begin), 1);
    const [first, ...others] = blocks.map(({ value }, i) => this.op('Gemm', i === 0 ? [columns[i], value, bias] : [columns[i], value]));
    return others.reduce((sum, part) => this.op('Add', [sum, part]), first);
  }

  /**
   * Rows of a table [R, D] by their ids, of any shape. Only what was looked up is cast; of a table in blocks each
   * block is asked, for its first row where the id is not its own.
   */
  lookUp(table: Value, ids: Value): Value {
    const blocks = this.rowBlocks(table);
    if (blocks.length === 1) return this.#gather(table, ids);
    return blocks.reduce<Value>((found, { value, begin, end }) => {
      const { inside, local } = this.within(ids, begin, end);
      const rows = this.#gather(value, local);
      return found ? this.op('Where', [this.op('Unsqueeze', [inside, this.integers([-1])]), rows, found]) : rows;
    }, '');
  }

  /** Which ids (an input, or int32) lie in [begin, end), and each counted from there; 0 for the others. */
  within(ids: Value, begin: number, end: number): { inside: Value; local: Value } {
    const type = this.#graph.inputs.find(({ name }) => name === ids)?.type ?? 'int32';
    const whole = (value: number): Value => (type === 'int64' ? this.integers([value]) : this.#constant('int32', [1], Int32Array.of(value)));
    const inside = this.op('And', [this.op('GreaterOrEqual', [ids, whole(begin)]), this.op('Less', [ids, whole(end)])]);
    return { inside, local: this.op('Mul', [this.op('Sub', [ids, whole(begin)]), this.cast(inside, type)]) };
  }

  /** A matrix as blocks of its rows: a single one without an end, where it is whole. */
  rowBlocks(matrix: Value): RowBlock[] {
    const blocks = this.#weights.get(matrix) ?? [];
    if (blocks.length < 2) return [{ value: matrix, begin: 0, end: Infinity }];
    return blocks.map(({ name, shape, begin }) => {
      const first = begin / countOf(shape.slice(1));
      return { value: name, begin: first, end: first + shape[0] };
    });
  }

  /**
   * A value as operators take it: a weight of 16 bits as float32. Cast anew wherever it is used: one that is kept for all its uses
   * takes the memory that 16 bits save.
   * @throws tensor-too-large, where it comes in blocks
   */
  whole(value: Value): Value {
    const blocks = this.#weights.get(value) ?? [];
    if (blocks.length > 1) throw this.#tooLarge(value, blocks);
    if (!this.#halves.has(value)) return value;
    const outputs = [this.#name('Cast')];
    this.#push({ op: 'Cast', domain: '', inputs: [value], outputs }, { to: elementTypes.float32 });
    return outputs[0];
  }

  #gather(table: Value, ids: Value): Value {
    const outputs = [this.#name('Gather')];
    this.#push({ op: 'Gather', domain: '', inputs: [table, ids], outputs }, { axis: 0 });
    return this.#halves.has(table) ? this.cast(outputs[0], 'float32') : outputs[0];
  }

  #tooLarge(tensor: string, blocks: WeightInput[]): Error {
    const size = bytesPerWeight[this.#halves.has(blocks[0].name) ? 'float16' : 'float32'];
    const bytes = blocks.map(({ shape }) => size * countOf(shape));
    return failure('tensor-too-large', { tensor, bytes: bytes.reduce((a, b) => a + b, 0), limit: bytes[0] });
  }

  #push(node: Omit<GraphNode, 'attributes'>, attributes: Attributes): void {
    const typed = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, toAttribute(value)]));
    this.#graph.nodes.push({ ...node, attributes: typed });
  }

  /** A Hugging Face linear layer by the name of its parameters; it adds a bias where the model has one. */
  layer(x: Value, name: string): Value {
    const bias = `${name}.bias`;
    return this.linear(x, `${name}.weight`, this.has(bias) ? bias : undefined);
  }

  /** Whether the graph has an input of that name: which parameters there are is said once, by `parameterShapes`. */
  has(input: string): boolean {
    return this.#inputs.has(input);
  }

  #constant(type: ElementType, shape: number[], data: Float32Array | Int32Array | BigInt64Array): Value {
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
  return 'text' in value ? { kind: 'text', value: value.text } : { kind: 'float', value: value.float };
}
