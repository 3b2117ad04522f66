import type { CodeDefinition } from '../../../src/diagnostics/codes.ts';

const areas: readonly (readonly [string, string])[] = [
  ['01', 'Syntax and schema'],
  ['02', 'References'],
  ['03', 'Conflicts and precedence'],
  ['04', 'Support, and traps of what is supported'],
  ['05', 'Runtime'],
  ['06', 'Ports and addresses'],
  ['07', 'xDS'],
];

const introduction = `# Diagnostics

Every finding about your configuration has a code that never changes its meaning. An *error* keeps something that you
declared from taking effect; a *warning* takes effect otherwise than you probably meant; a *hint* teaches. What is said
here is the usual effect and fix: a finding itself may say both more exactly, with file, line and column.

\`calb-sim validate\` prints them and exits with 3 where there are errors (\`-o json\`, \`-o github\`); a running instance
tells them as \`Diagnostic\` events ([events.md](events.md)) and again, as \`cleared\`, when they no longer hold.
`;

/** `docs/diagnostics.md`, made from the registry of codes. */
export function diagnosticsPage(codes: Readonly<Record<string, CodeDefinition>>): string {
  const sections = areas.flatMap(([area, title]) => {
    const rows = Object.entries(codes)
      .filter(([code]) => code.slice(4, 6) === area)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(
        ([code, { severity, title: what, effect, hint }]) =>
          `| ${code} | ${severity} | ${cell(what)} | ${cell(effect)} | ${cell(hint)} |`,
      );
    if (rows.length === 0) return [];
    return [
      `\n## ${title}\n\n| code | severity | what | effect | fix |\n|---|---|---|---|---|\n${rows.join('\n')}\n`,
    ];
  });
  return introduction + sections.join('');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
