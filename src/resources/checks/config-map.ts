import { formatPath, formatValue, type Issue } from '../issue.ts';
import { isDataKey } from './data-key.ts';
import type { KindCheck } from './kind-check.ts';

/** ConfigMap: keys are file names, and no key stands in both `data` and `binaryData`. */
export const checkConfigMap: KindCheck = (object) => {
  const data = Object.keys(object.fields.data ?? {});
  const binary = Object.keys(object.fields.binaryData ?? {});
  const issues: Issue[] = [];
  for (const [field, keys] of [
    ['data', data],
    ['binaryData', binary],
  ] as const) {
    for (const key of keys.filter((candidate) => !isDataKey(candidate))) {
      const message = `${formatValue(key)} is not a key of ${field}`;
      const hint = 'use letters, digits, "-", "_" and "."';
      issues.push({ code: 'CALB0114', path: [field, key], at: 'key', message, hint });
    }
  }
  for (const key of binary.filter((candidate) => data.includes(candidate))) {
    const path = ['binaryData', key];
    const message = `${formatPath(path)} stands in data, too`;
    issues.push({ code: 'CALB0115', path, at: 'key', message, related: ['data', key] });
  }
  return { ...object, issues };
};
