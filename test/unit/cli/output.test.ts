import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { displayWidth, wantsColor } from '../../../cli/output/colors.ts';
import { formatMs } from '../../../cli/output/duration.ts';
import { listWords } from '../../../cli/output/list-words.ts';
import { ProgressBar } from '../../../cli/output/progress.ts';
import { explainFlags } from '../../../cli/output/response-flags.ts';
import { formatRows } from '../../../cli/output/table.ts';
import { formatYaml } from '../../../cli/output/yaml.ts';
import { formatAge } from '../../../src/resources/table/format-age.ts';
import { valuesAt } from '../../../src/resources/table/json-path.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
  [0, '0s'],
  [119 * second, '119s'],
  [2 * minute, '2m'],
  [9 * minute + 5 * second, '9m5s'],
  [10 * minute + 5 * second, '10m'],
  [179 * minute, '179m'],
  [3 * hour, '3h'],
  [7 * hour + 59 * minute, '7h59m'],
  [47 * hour, '47h'],
  [2 * day + 4 * hour, '2d4h'],
  [100 * day, '100d'],
  [800 * day, '2y70d'],
])('an age of %d ms is %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});

test.each([
  [0.24, '0.2 ms'],
  [31.4, '31 ms'],
  [1234, '1.2 s'],
  [10_000, '10 s'],
  [300_000, '5 min'],
])('%d ms is %s', (ms, text) => {
  expect(formatMs(ms)).toBe(text);
});

test('JSONPaths of printer columns', () => {
  const object = {
    a: [
      { type: 'X', v: 1 },
      { type: 'Y', v: 2 },
    ],
    b: { c: 'd' },
    n: null,
  };
  expect(valuesAt(object, '.b.c')).toEqual(['d']);
  expect(valuesAt(object, '.a[*].v')).toEqual([1, 2]);
  expect(valuesAt(object, '.a[1].v')).toEqual([2]);
  expect(valuesAt(object, '.a[?(@.type=="Y")].v')).toEqual([2]);
  expect(valuesAt(object, '.n.x')).toEqual([]);
  expect(valuesAt(object, '.missing[*].x')).toEqual([]);
  expect(() => valuesAt(object, '.a[?(@.x>1)]')).toThrow('not understood');
});

test('tables are aligned by what is seen', () => {
  expect(displayWidth('\u001b[31mab\u001b[0m')).toBe(2);
  expect(displayWidth('日本')).toBe(4);
  expect(
    formatRows([
      ['A', 'B'],
      ['\u001b[31mxx\u001b[0m', 'y'],
      ['日', ''],
    ]),
  ).toBe('A    B\n\u001b[31mxx\u001b[0m   y\n日');
});

test('colours follow NO_COLOR, FORCE_COLOR and the terminal', () => {
  const terminal = { isTTY: true };
  expect(wantsColor(terminal, {})).toBe(true);
  expect(wantsColor({}, {})).toBe(false);
  expect(wantsColor(terminal, { NO_COLOR: '1' })).toBe(false);
  expect(wantsColor(terminal, { NO_COLOR: '' })).toBe(true);
  expect(wantsColor({}, { FORCE_COLOR: '1' })).toBe(true);
  expect(wantsColor(terminal, { TERM: 'dumb' })).toBe(false);
});

test('words', () => {
  expect(listWords([])).toBe('');
  expect(listWords(['a', 'b', 'c'])).toBe('a, b and c');
  expect(explainFlags('UF,URX,XX')).toBe('UF (connection to the endpoint failed), URX (retries used up), XX');
});

test('progress is a bar on a terminal and two lines elsewhere', () => {
  const draw = (isTTY: boolean) => {
    let text = '';
    let time = 0;
    const write = (part: string) => {
      text += part;
      return true;
    };
    const stream = { isTTY, columns: 80, write };
    const bar = new ProgressBar('Envoy 1.40.0', {
      stream: stream as unknown as NodeJS.WriteStream,
      paint: (_style, part) => part,
      now: () => {
        time += 100;
        return time;
      },
    });
    bar.update({ done: 5_000_000, total: 10_000_000 });
    bar.update({ done: 10_000_000, total: 10_000_000 });
    bar.finish('ready');
    return text;
  };
  expect(draw(false)).toBe('Envoy 1.40.0 …\nEnvoy 1.40.0 ✓ ready\n');
  expect(draw(true)).toContain(`${'█'.repeat(15)}${'░'.repeat(15)}  50 %  5.0 MB of 10.0 MB`);
  expect(draw(true).endsWith('✓ ready\n')).toBe(true);
});

test('YAML is read the same by readers of YAML 1.1 and 1.2', () => {
  const document = {
    yes: 'on',
    time: '2026-01-31T09:00:00Z',
    number: '0o17',
    sexagesimal: '12:30',
    list: [1, '1'],
    empty: '',
  };
  const text = formatYaml([document, { kind: 'B' }]);
  expect(text).not.toContain('%YAML');
  for (const version of ['1.1', '1.2'] as const) {
    expect(parseAllDocuments(text, { version }).map((parsed) => parsed.toJS())).toEqual([
      document,
      { kind: 'B' },
    ]);
  }
});
