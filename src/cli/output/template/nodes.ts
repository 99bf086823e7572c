/** A parsed format, in the part of Go's template language that docker's `--format` is used with. */
export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipeline: Pipeline;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    };

/** Commands joined by `|`: each gets the value of the one before as its last argument. */
export type Pipeline = readonly Command[];

export type Command = readonly [Operand, ...Operand[]];

export type Operand =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | undefined }
  | { readonly kind: 'function'; readonly name: string }
  /** `.A.B` starts at the current value, `$.A.B` at the row, `(…).A.B` at the value of a pipeline. */
  | { readonly kind: 'path'; readonly from: 'dot' | 'root' | Pipeline; readonly fields: readonly string[] };
