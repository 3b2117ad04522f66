import { stringify } from 'yaml';

/** Objects as YAML documents. Several are set apart by `---`; anchors are never used. Ends with a newline. */
export function formatYaml(documents: readonly unknown[]): string {
  return documents
    .map((document) => stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 }))
    .join('---\n');
}
