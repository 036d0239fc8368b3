import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const sources = path.join(import.meta.dirname, '../../src');

/** Functions that start a tool, with the place of the tool's name among their arguments. */
const STARTERS: Readonly<Record<string, number>> = { run: 0, runCheck: 1, startTool: 0 };
/** Starts what the operator registers, which is no matter of the image. */
const HOOKS = 'filesystem/registered/run-hook.ts';
/** A property of this name is a tool that one of the functions above is given. */
const PROPERTY = 'command';

/** Every host tool that the sources name. Throws where one is started whose name cannot be read from the source. */
export function toolsInSource(): readonly string[] {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ts$/.test(file));
  const found = files
    .filter((file) => /^(filesystem|host|import|pool|managed|agent|csi\/node)\//.test(file) && file !== HOOKS)
    .flatMap((file) => toolsIn(path.join(sources, file)));
  return [...new Set(found)].sort();
}

function toolsIn(file: string): readonly string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const name = startedBy(node) ?? namedAsCommand(node);
    if (name !== undefined) found.push(...literals(name, file));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The tool's name in `host.run('mkfs.xfs', [...])`; other methods named `run` are not given an array second. */
function startedBy(node: ts.Node): ts.Expression | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const callee = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
  const place = ts.isIdentifier(callee) ? STARTERS[callee.text] : undefined;
  if (place === undefined) return undefined;
  const [name, args] = node.arguments.slice(place);
  return args !== undefined && (ts.isArrayLiteralExpression(args) || args.getText() === 'args') ? name : undefined;
}

function namedAsCommand(node: ts.Node): ts.Expression | undefined {
  const isCommand = ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && node.name.text === PROPERTY;
  return isCommand && ts.isStringLiteral(node.initializer) ? node.initializer : undefined;
}

function literals(name: ts.Expression, file: string): readonly string[] {
  if (ts.isStringLiteral(name)) return [name.text];
  // Handed on, from where it is found as a literal.
  if (/^(\w+\.)?command$/.test(name.getText())) return [];
  throw new Error(`${file} starts a tool whose name is not written there: ${name.getText()}`);
}
