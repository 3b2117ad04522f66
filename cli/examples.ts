/** What an example does, and what to type. */
export type Example = readonly [command: string, explanation: string];

/** The part of a command's help that shows examples; goes after its options. */
export function examples(list: readonly Example[]): string {
  const width = Math.max(...list.map(([command]) => command.length));
  const lines = list.map(([command, explanation]) => `  ${command.padEnd(width)}  ${explanation}`.trimEnd());
  return `\nExamples:\n${lines.join('\n')}`;
}
