import { keyTable } from './keys.ts';

const begin = '<!-- begin: keys, made from cli/tui/keys.ts -->';
const end = '<!-- end: keys -->';

/** A page of documentation with its table of keys made anew. @throws when it has no place for it */
export function keysPage(page: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no ${begin} … ${end}`);
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = keyTable.map(
    ({ label, words, twin }) =>
      `| \`${cell(label)}\` | ${cell(words)} | ${twin === undefined ? '' : `\`${cell(twin)}\``} |`,
  );
  const table = ['| key | does | on the command line |', '|---|---|---|', ...rows].join('\n');
  return `${page.slice(0, from)}${begin}\n${table}\n${page.slice(to)}`;
}
