import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Paths, relative to the repository and with `/`, of all files that are or would be committed. */
export function repositoryFiles(): readonly string[] {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return list.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}

export function readRepositoryFile(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** One `import` or `export … from`. */
export interface ImportStatement {
  readonly file: string;
  /** Starts at 1. */
  readonly line: number;
  /** As written: a package, `node:…`, or a relative path. */
  readonly specifier: string;
  /** What a relative path means, relative to the repository; undefined for packages. */
  readonly target: string | undefined;
  /** Nothing of it exists at run time. */
  readonly typeOnly: boolean;
}

const statement =
  /^[ \t]*(?:import|export)\b(?<clause>[^'"();=]*?)\bfrom\s*['"](?<name>[^'"]+)['"]|^import\s*['"](?<bare>[^'"]+)['"]|\bimport\(\s*['"](?<dynamic>[^'"]+)['"]/gm;

/** All imports of a TypeScript file, static and dynamic. */
export function importsOf(file: string, text: string): readonly ImportStatement[] {
  return [...text.matchAll(statement)].map((match) => {
    const { clause = '', name, bare, dynamic } = match.groups ?? {};
    const specifier = name ?? bare ?? dynamic ?? '';
    const target = specifier.startsWith('.') ? resolveRelative(file, specifier) : undefined;
    const typeOnly = /^\s*type\b/.test(clause) || onlyInlineTypes(clause);
    return { file, line: lineAt(text, match.index), specifier, target, typeOnly };
  });
}

function resolveRelative(file: string, specifier: string): string {
  return relative(root, join(root, dirname(file), specifier))
    .split(sep)
    .join('/');
}

function onlyInlineTypes(clause: string): boolean {
  const names = /^\s*\{(?<list>[^}]*)\}\s*$/.exec(clause)?.groups?.list;
  if (names === undefined) return false;
  const parts = names.split(',').map((part) => part.trim());
  return parts.every((part) => part === '' || part.startsWith('type '));
}

/** Line number, from 1, of a place in a text. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

const literal =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|(?<=[=(,:[!&|?{};]\s*|\breturn\s+)\/(?![/*])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g;

/**
 * Source with comments, strings and regular expressions blanked out, so that only code is searched. Line numbers stay.
 * Templates stay as they are, because they hold code.
 */
export function codeOnly(text: string): string {
  return text.replace(literal, (found) => found.replace(/[^\n]/g, ' '));
}
