/** The parameters of a model by their names, as an architecture lists them. */

export class ParameterShapes extends Map<string, number[]> {
  /** A Hugging Face linear layer: weight [out, in], bias [out]. */
  linear(name: string, output: number, input: number, bias: boolean): this {
    this.set(`${name}.weight`, [output, input]);
    return bias ? this.set(`${name}.bias`, [output]) : this;
  }

  /** GPT-2's layer of the same kind, which keeps its weight the other way round: [in, out]. */
  conv1D(name: string, output: number, input: number): this {
    return this.set(`${name}.weight`, [input, output]).set(`${name}.bias`, [output]);
  }

  /** Scale and shift of a layer norm. */
  layerNorm(name: string, size: number): this {
    return this.set(`${name}.weight`, [size]).set(`${name}.bias`, [size]);
  }

  /** Scale of a root-mean-square norm. */
  rmsNorm(name: string, size: number): this {
    return this.set(`${name}.weight`, [size]);
  }
}
