import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { describeObject } from '../../../cli/details/describe-object.ts';
import { sectionLines } from '../../../cli/details/detail-section.ts';
import { yamlLines } from '../../../cli/details/object-yaml.ts';
import { requestLine } from '../../../cli/details/request-text.ts';
import { drawFrame, frameLines } from '../../../cli/tui/screen/frame.ts';
import { widthOf } from '../../../cli/tui/screen/text.ts';
import { diagnostic } from '../../../src/diagnostics/diagnostic.ts';
import {
  clusterView,
  endpoint,
  instanceView,
  moments,
  routeView,
  type Scene,
  screenInput,
  story,
  tenantView,
  timeOf,
} from '../../fixtures/screen.ts';
import { shopFacts } from '../../fixtures/shop-facts.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const sizes = [
  { columns: 60, rows: 20 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
] as const;

const passive = endpoint("passive", 1);
const demo = instanceView([tenantView()]);
const withEndpoints = (...endpoints: Parameters<typeof clusterView>[0]) =>
  instanceView([tenantView({ clusters: [clusterView(endpoints)] })]);
const ejected = endpoint('active', 0, {
  ...{ state: 'ejected', ejections: 2, ejectedUntilMs: timeOf(moments.ejected) + 17_400, detail: 'consecutive_5xx' },
});
const unhealthy = endpoint('active', 0, { state: 'unhealthy', detail: 'GET /healthz: connection refused or broken' });
const broken = diagnostic('CALB0112', {
  message: 'spec.listeners[0].protocol: "HTTPS2" is not a known value',
  position: { file: 'gateway.yaml', line: 9, column: 17 },
  resource: 'Gateway/demo/web',
});
const requests = story.flatMap((event) => (event.type === 'Request' ? [event] : []));
const longHost = `${'a-very-long-label-of-a-host-name.'.repeat(8)}example`.slice(0, 253);

/** Every pane in every state, and every overlay. */
const scenes: Readonly<Record<string, Scene>> = {
  'starting': { view: undefined, input: { startLines: ['Fetching Envoy, once ██████░░░░  61 %  20.1 MB of 33.0 MB'] } },
  'empty-folder': { view: instanceView([], { files: [] }) },
  'everything-wrong': { view: instanceView([], { diagnostics: [broken] }) },
  'no-gateway': { view: instanceView([]) },
  'steady': { view: demo, seq: moments.steady },
  'ejected': { view: withEndpoints(ejected, passive), seq: moments.ejected },
  'unhealthy': { view: withEndpoints(unhealthy, passive), seq: moments.unhealthy },
  'back': { view: demo, seq: moments.back },
  'coming-and-going': {
    view: withEndpoints(
      endpoint('active', 0, { state: 'starting', pod: 'demo/active-858c6d4d7c-cs8zm', detail: 'ContainerCreating' }),
      endpoint('active', 0, { state: 'draining', pod: 'demo/active-858c6d4d7c-2xkqp', address: '127.0.64.3:3000' }),
      passive,
    ),
  },
  'panic': {
    view: instanceView([
      tenantView({ clusters: [clusterView([unhealthy, passive], { isPanicking: true })] }),
      tenantView({ name: 'other' }),
    ]),
    seq: moments.unhealthy,
  },
  'nack': {
    view: instanceView([tenantView({ acked: '3f2a9c0000', rejected: ['no such thing'] })], {
      diagnostics: [broken, { ...broken, severity: 'warning' }],
    }),
    seq: moments.steady,
  },
  'envoy-ended': { view: instanceView([tenantView({ isConnected: false, proxy: { state: 'backing-off' } })]), seq: moments.steady },
  'faults-only': { view: withEndpoints(ejected, passive), seq: moments.unhealthy, state: { faultsOnly: true, focus: 'timeline' } },
  'paused': { view: demo, seq: moments.steady, state: { isPaused: true } },
  'selected-entry': { view: demo, seq: moments.back, state: { focus: 'timeline', selected: { timeline: '19' } } },
  'requests': { view: demo, seq: moments.ejected, state: { focus: 'requests', lower: 'requests' } },
  'commands': {
    view: demo,
    seq: moments.steady,
    state: {
      ...{ focus: 'commands', lower: 'commands' },
      commands: [
        { timeMs: timeOf(10), words: 'calb-sim scale deployment/active -n demo --replicas 2', outcome: 'done' },
        { timeMs: timeOf(15), words: 'calb-sim kill pod/gone -n demo', outcome: 'pods "gone" not found', isFailed: true },
      ],
    },
  },
  'traffic': {
    view: demo,
    seq: moments.steady,
    input: {
      traffic: { rate: 10, sent: 70, endsAtMs: timeOf(moments.steady) + 52_000, url: 'http://127.219.213.115:8080/', host: 'www.example.com' },
    },
  },
  'filter': { view: demo, seq: moments.steady, state: { focus: 'timeline', prompt: { type: 'filter', text: 'healthy' }, filters: { timeline: 'healthy' } } },
  'command-line': { view: demo, seq: moments.steady, state: { prompt: { type: 'command', text: 'scale active 3' } } },
  'question': {
    view: demo,
    seq: moments.steady,
    state: { question: { words: 'Restart the Envoy of demo?', yes: { type: 'restart-proxy', tenant: 'demo' } } },
  },
  'stopping': { view: demo, seq: moments.steady, state: { isStopping: true } },
  'read-only': { view: demo, seq: moments.steady, input: { isReadOnly: true } },
  'help': { view: demo, state: { overlay: { type: 'help', scroll: 0 } } },
  'details': {
    view: demo,
    state: { overlay: { type: 'details', subject: { type: 'object', ref: 'HTTPRoute/demo/shop' }, tab: 0, scroll: 0 } },
    input: { overlayLines: sectionLines(describeObject(shopFacts)) },
  },
  'yaml': {
    view: demo,
    state: { overlay: { type: 'details', subject: { type: 'object', ref: 'HTTPRoute/demo/shop' }, tab: 1, scroll: 0 } },
    input: { overlayLines: yamlLines(shopFacts) },
  },
  'logs': {
    view: demo,
    state: { overlay: { type: 'logs', subject: { type: 'access' }, fromEnd: 0 }, filters: { logs: 'passive' } },
    input: { overlayLines: requests.map(requestLine).filter(({ text }) => text.includes('passive')) },
  },
  'wide-characters': {
    view: instanceView(
      [
        tenantView({
          routes: [
            routeView({ hosts: ['買い物.example.jp'], path: '/商品/一覧' }),
            routeView({ name: 'long', hosts: [longHost], path: '/' }),
            routeView({ name: 'gone', path: '/old', action: { type: 'redirect', words: '301 https://www.example.com' } }),
            routeView({ name: 'none', path: '/none', action: { type: 'direct', status: 500 } }),
          ],
        }),
      ],
      { instance: 'デモ環境' },
    ),
    seq: moments.steady,
  },
  'many-routes': {
    view: instanceView([
      tenantView({
        routes: Array.from({ length: 10_000 }, (_, index) => routeView({ name: `r${index}`, path: `/path-${index}` })),
      }),
    ]),
    seq: moments.steady,
    state: { selected: { routes: 'r7200' } },
  },
};

describe.each(Object.keys(scenes))('%s', (name) => {
  test.each(sizes)('at $columns×$rows', (size) => {
    const scene = scenes[name] ?? { view: undefined };
    const lines = frameLines(drawFrame({ ...screenInput(scene), size }));
    expect(lines.length, 'one row less than the terminal has').toBe(size.rows - 1);
    for (const line of lines) expect(widthOf(line), line).toBe(size.columns);
    const file = `${folder}${name}.${size.columns}x${size.rows}.txt`;
    const text = `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
    if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });
});

test.each([
  { columns: 59, rows: 24 },
  { columns: 80, rows: 19 },
  { columns: 10, rows: 3 },
  { columns: 1, rows: 1 },
])('a terminal of $columns×$rows is told that it is too small', (size) => {
  const lines = frameLines(drawFrame({ ...screenInput({ view: demo }), size }));
  expect(lines.length).toBeLessThanOrEqual(Math.max(1, size.rows - 1));
  for (const line of lines) expect(widthOf(line)).toBe(size.columns);
});

test('a large terminal shows everything at once', () => {
  const lines = frameLines(drawFrame({ ...screenInput({ view: demo, seq: moments.back }), size: { columns: 200, rows: 60 } }));
  expect(lines).toHaveLength(59);
  for (const pane of ['1 Routes', '2 Endpoints', '3 Timeline', '4 Requests', '5 Commands']) {
    expect(lines.join('\n')).toContain(pane);
  }
});

