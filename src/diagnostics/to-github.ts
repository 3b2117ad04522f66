import type { Diagnostic } from './diagnostic.ts';

const commands = { error: 'error', warning: 'warning', hint: 'notice' } as const;

/**
 * A GitHub Actions workflow command that puts the finding beside the line it concerns: `::error file=…,line=…::…`.
 * (GitHub Docs, "Workflow commands": properties and message are percent-escaped.)
 */
export function toGithub(diagnostic: Diagnostic): string {
  const { code, severity, message, position, resource, effect, hint } = diagnostic;
  const properties = [
    `file=${escapeProperty(position.file)}`,
    `line=${position.line}`,
    `col=${position.column}`,
    `title=${escapeProperty(resource === undefined ? code : `${code} ${resource}`)}`,
  ];
  const text = `${message}\nEffect: ${effect}\nFix: ${hint}`;
  return `::${commands[severity]} ${properties.join(',')}::${escapeData(text)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
