import { didYouMean } from '../../src/diagnostics/did-you-mean.ts';
import { findKind, type Kind, kindNames, kinds } from '../../src/resources/kinds.ts';
import { CliError } from '../cli-error.ts';
import { exitCodes } from '../exit-codes.ts';

/** What `get` was asked for. */
export interface Query {
  readonly kinds: readonly Kind[];
  /** Empty: all of them. */
  readonly names: readonly string[];
  /** `undefined`: all namespaces. */
  readonly namespace: string | undefined;
}

/** Options of `get` that say where to look. */
export interface QueryOptions {
  readonly namespace: string;
  readonly allNamespaces?: boolean;
}

/**
 * Understands `KIND[,KIND…] [NAME…]` and `KIND/NAME`.
 *
 * @throws {CliError} exit 2 for an unknown kind, with what was probably meant
 */
export function parseQuery(target: string, names: readonly string[], options: QueryOptions): Query {
  const slash = target.indexOf('/');
  const kindList = slash < 0 ? target : target.slice(0, slash);
  const allNames = slash < 0 ? names : [target.slice(slash + 1), ...names];
  const wanted = kindList === 'all' ? kinds : kindList.split(',').map(kindOf);
  if (allNames.includes('')) throw new CliError(exitCodes.usage, `"${target}" lacks a name after the slash`);
  if (allNames.length > 0 && options.allNamespaces === true) {
    throw new CliError(
      exitCodes.usage,
      'a resource cannot be retrieved by name across all namespaces',
      'use -n',
    );
  }
  return {
    kinds: [...new Set(wanted)],
    names: allNames,
    namespace: options.allNamespaces === true ? undefined : options.namespace,
  };
}

function kindOf(name: string): Kind {
  const kind = findKind(name);
  if (kind !== undefined) return kind;
  const meant = didYouMean(name, kindNames());
  throw new CliError(
    exitCodes.usage,
    `the server doesn't have a resource type "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
    `kinds are ${kinds.map(({ plural }) => plural).join(', ')}`,
  );
}

/** Path of the API for a kind, or for one object of it. */
export function apiPath(kind: Kind, namespace: string | undefined, name?: string): string {
  const [version = 'v1'] = kind.versions;
  const prefix = kind.group === '' ? `/api/${version}` : `/apis/${kind.group}/${version}`;
  const scope =
    kind.isNamespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${prefix}${scope}/${kind.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}
