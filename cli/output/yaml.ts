import { Document, Scalar, visit } from 'yaml';

/**
 * Objects as YAML documents, set apart by `---`, without anchors. Ends with a newline. Readers of YAML 1.1 (kubectl)
 * and of YAML 1.2 read the same: `yes`, `12:30` and `0o17` are quoted.
 */
export function formatYaml(documents: readonly unknown[]): string {
  return documents.map(formatDocument).join('---\n');
}

function formatDocument(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false, version: '1.1' });
  visit(document, {
    Scalar(_key, scalar) {
      // Numbers of YAML 1.2 only; the library quotes what YAML 1.1 would take for something else.
      if (
        typeof scalar.value === 'string' &&
        scalar.value.trim() !== '' &&
        !Number.isNaN(Number(scalar.value))
      ) {
        scalar.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
  return document.toString({ lineWidth: 0 });
}
