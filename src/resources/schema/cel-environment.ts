import { Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { isCIDR, isIP } from './ip.ts';

let environment: Environment | undefined;

/**
 * CEL with what Kubernetes' rules may use beside the standard library
 * (k8s.io/apiserver/pkg/cel/library: IP, CIDR, URL, regex, lists).
 */
export function celEnvironment(): Environment {
  environment ??= create();
  return environment;
}

function create(): Environment {
  return new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false })
    .registerVariable('self', 'dyn')
    .registerVariable('oldSelf', 'dyn')
    .registerFunction('hasField(dyn, string): bool', (value: unknown, field: string) => {
      return typeof value === 'object' && value !== null && Object.hasOwn(value, field);
    })
    .registerFunction('isIP(string): bool', (text: string) => isIP(text))
    .registerFunction('isCIDR(string): bool', (text: string) => isCIDR(text))
    .registerFunction('isURL(string): bool', (text: string) => isURL(text))
    .registerFunction('string.matchesRe2(string): bool', (text: string, pattern: string) =>
      RE2JS.compile(pattern).matcher(text).find(),
    )
    .registerFunction('string.find(string): string', (text: string, pattern: string) => {
      const matcher = RE2JS.compile(pattern).matcher(text);
      return matcher.find() ? (matcher.group() ?? '') : '';
    });
}

/** An absolute URI or an absolute path, as Go's `url.ParseRequestURI` takes it. */
function isURL(text: string): boolean {
  return text.startsWith('/') || URL.canParse(text);
}
