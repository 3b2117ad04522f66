import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { formatYaml } from '../output/yaml.ts';
import type { DetailFacts } from './detail-facts.ts';
import type { DetailLine } from './detail-section.ts';

/** The object as it stands in its file, with line numbers, and each diagnostic below the line that it is about. */
export function yamlLines({ object, declared, diagnostics }: DetailFacts): readonly DetailLine[] {
  if (declared === undefined) {
    if (object === undefined) return [{ text: 'there is no such object' }];
    return [{ text: 'in no file; as it is now:', style: 'dim' }, ...textLines(formatYaml([object]))];
  }
  const lines = declared.text.replace(/\n$/, '').split('\n');
  const width = String(declared.line + lines.length).length;
  const outside = diagnostics.filter(
    ({ position }) =>
      position.file !== declared.file ||
      position.line < declared.line ||
      position.line >= declared.line + lines.length,
  );
  return [
    { text: `${declared.file}:${declared.line}`, style: 'dim' },
    ...lines.flatMap((text, index) => {
      const number = declared.line + index;
      const here = diagnostics.filter(
        ({ position }) => position.file === declared.file && position.line === number,
      );
      return [
        { text: `${String(number).padStart(width)} │ ${text}` },
        ...here.flatMap((diagnostic) => frame(diagnostic, width)),
      ];
    }),
    ...outside.flatMap((diagnostic) => frame(diagnostic, width)),
  ];
}

/** A caret below the place, what is wrong, what it does, and what mends it. */
function frame(
  { code, severity, message, position, effect, hint }: Diagnostic,
  width: number,
): readonly DetailLine[] {
  const margin = `${' '.repeat(width)} │ `;
  const style = severity === 'error' ? 'red' : severity === 'warning' ? 'yellow' : 'cyan';
  return [
    { text: `${margin}${' '.repeat(Math.max(0, position.column - 1))}^ ${severity} ${code}`, style },
    { text: `${margin}${message}`, style },
    { text: `${margin}effect: ${effect}`, style },
    { text: `${margin}fix: ${hint}`, style },
  ];
}

/** A text, line by line. */
export function textLines(text: string): readonly DetailLine[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => ({ text: line }));
}
