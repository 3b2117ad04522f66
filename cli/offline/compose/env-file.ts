/** The text of a `.env` with some variables set; all other lines stay as they are. */
export function withVariables(text: string, variables: Readonly<Record<string, string>>): string {
  const names = Object.keys(variables);
  const kept = text
    .split('\n')
    .filter((line) => !names.some((name) => line.trimStart().startsWith(`${name}=`)));
  while (kept.at(-1) === '') kept.pop();
  return [...kept, ...Object.entries(variables).map(([name, value]) => `${name}=${value}`), ''].join('\n');
}
