import { formatValue, type Issue } from '../issue.ts';
import { isDataKey } from './data-key.ts';
import type { KindCheck } from './kind-check.ts';

type Texts = Readonly<Record<string, string>>;

/** Keys that a type requires (pkg/apis/core/validation, ValidateSecret). */
const requiredKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

/** Secret: keys are file names; `stringData` is merged into it, encoded, and wins. */
export const checkSecret: KindCheck = (object) => {
  const { stringData, ...fields } = object.fields;
  const data = (fields.data ?? {}) as Texts;
  const texts = (stringData ?? {}) as Texts;
  const issues: Issue[] = [];
  for (const [field, record] of [
    ['data', data],
    ['stringData', texts],
  ] as const) {
    for (const key of Object.keys(record)) if (!isDataKey(key)) issues.push(badDataKey([field, key], key));
  }
  const encoded = Object.entries(texts).map(([key, text]) => [key, encodeBase64(text)] as const);
  const merged: Texts = { ...data, ...Object.fromEntries(encoded) };
  issues.push(...missingKeys(String(fields.type), merged));
  const hasData = fields.data !== undefined || stringData !== undefined;
  return { ...object, fields: hasData ? { ...fields, data: merged } : fields, issues };
};

function missingKeys(type: string, data: Texts): Issue[] {
  return (requiredKeys[type] ?? [])
    .filter((key) => !Object.hasOwn(data, key))
    .map((key) => ({
      code: 'CALB0113',
      path: ['data'],
      at: 'key',
      message: `data has no ${key}, which type ${type} requires`,
      hint: `add "${key}:" to data (base64) or to stringData (plain text)`,
    }));
}

function encodeBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function badDataKey(path: readonly string[], key: string): Issue {
  return {
    code: 'CALB0114',
    path,
    at: 'key',
    message: `${formatValue(key)} is not a key of data`,
    hint: 'use letters, digits, "-", "_" and "."',
  };
}
