/** JSON with short values on one line each, so that a change of one field is a change of one line. */
export function format(value) {
  return `${print(value, '', 110)}\n`;
}

function print(value, indent, width) {
  const flat = JSON.stringify(value);
  if (flat.length + indent.length <= width || value === null || typeof value !== 'object') return flat;
  const inner = `${indent} `;
  if (Array.isArray(value)) {
    return `[\n${value.map((v) => inner + print(v, inner, width)).join(',\n')}\n${indent}]`;
  }
  const lines = Object.entries(value).map(
    ([k, v]) => `${inner}${JSON.stringify(k)}: ${print(v, inner, width)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
