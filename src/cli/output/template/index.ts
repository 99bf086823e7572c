import { formatFailure } from './failure.ts';
import { type FunctionTable, templateFunctions } from './functions.ts';
import type { Command, Operand, Pipeline, TemplateNode } from './nodes.ts';
import { parseTemplate } from './parse.ts';
import { isList, isTruthy, printValue, type TemplateValue } from './values.ts';

export { type TemplateMethod, type TemplateValue, toGoJson } from './values.ts';

export type Template = (row: TemplateValue, functions?: FunctionTable) => string;

/**
 * Reads a format in Go's template language: fields, pipelines, functions, `if`, `with` and `range`. Anything else, and
 * a field that a row does not have, throws `cli.usage`.
 */
export function compileTemplate(source: string): Template {
  const nodes = parseTemplate(source);
  return (row, functions = templateFunctions) => printNodes(nodes, { root: row, dot: row, functions });
}

/** The functions for the line of headers: there a column's name stands for its value. */
export const headerFunctions: FunctionTable = new Map([
  ...templateFunctions,
  ['json', (value: TemplateValue) => value],
  ['truncate', (value: TemplateValue) => value],
  ['join', (value: TemplateValue) => value],
  ['split', (value: TemplateValue) => value],
]);

interface Scope {
  readonly root: TemplateValue;
  readonly dot: TemplateValue;
  readonly functions: FunctionTable;
}

function printNodes(nodes: readonly TemplateNode[], scope: Scope): string {
  return nodes.map((node) => printNode(node, scope)).join('');
}

function printNode(node: TemplateNode, scope: Scope): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'print':
      return printValue(evaluate(node.pipeline, scope));
    case 'if':
      return printNodes(isTruthy(evaluate(node.pipeline, scope)) ? node.body : node.otherwise, scope);
    case 'with': {
      const value = evaluate(node.pipeline, scope);
      return isTruthy(value)
        ? printNodes(node.body, { ...scope, dot: value })
        : printNodes(node.otherwise, scope);
    }
    case 'range': {
      const values = evaluate(node.pipeline, scope);
      if (!isList(values)) throw formatFailure(`"range" needs a list, not ${printValue(values)}`);
      return values.length === 0
        ? printNodes(node.otherwise, scope)
        : values.map((value) => printNodes(node.body, { ...scope, dot: value })).join('');
    }
  }
}

function evaluate(pipeline: Pipeline, scope: Scope): TemplateValue {
  let piped: readonly TemplateValue[] = [];
  for (const command of pipeline) piped = [runCommand(command, piped, scope)];
  return piped[0];
}

function runCommand(
  [first, ...others]: Command,
  piped: readonly TemplateValue[],
  scope: Scope,
): TemplateValue {
  const values = [...others.map((operand) => evaluateOperand(operand, scope)), ...piped];
  if (first.kind === 'function') return functionNamed(first.name, scope)(...values);
  const value = evaluateOperand(first, scope);
  if (values.length === 0) return value;
  const [argument] = values;
  if (typeof value === 'function' && typeof argument === 'string' && values.length === 1)
    return value(argument);
  throw formatFailure(`${describe(first)} takes no argument`);
}

function evaluateOperand(operand: Operand, scope: Scope): TemplateValue {
  switch (operand.kind) {
    case 'literal':
      return operand.value;
    case 'function':
      return functionNamed(operand.name, scope)();
    case 'path': {
      const { from, fields } = operand;
      const start = from === 'dot' ? scope.dot : from === 'root' ? scope.root : evaluate(from, scope);
      return fields.reduce(fieldOf, start);
    }
  }
}

function fieldOf(value: TemplateValue, field: string): TemplateValue {
  if (typeof value !== 'object' || isList(value)) {
    throw formatFailure(`there is no field ".${field}" in ${printValue(value)}`);
  }
  if (!Object.hasOwn(value, field)) {
    throw formatFailure(`there is no field ".${field}"`, `The fields are ${Object.keys(value).join(', ')}.`);
  }
  return value[field];
}

function functionNamed(name: string, { functions }: Scope) {
  const found = functions.get(name);
  if (found !== undefined) return found;
  throw formatFailure(
    `there is no function "${name}"`,
    `The functions are ${[...functions.keys()].join(', ')}.`,
  );
}

function describe(operand: Operand): string {
  return operand.kind === 'path' ? `".${operand.fields.join('.')}"` : 'a value';
}
