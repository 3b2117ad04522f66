import { describe, expect, test } from 'vitest';
import { type AppContext, reduceKey } from '../../../../cli/tui/app-reducer.ts';
import { type AppEffect, type AppState, initialAppState } from '../../../../cli/tui/app-state.ts';
import {
  clusterView,
  endpoint,
  instanceView,
  moments,
  routeView,
  screenInput,
  tenantView,
} from '../../../fixtures/screen.ts';

const view = instanceView([
  tenantView({
    routes: [routeView(), routeView({ name: 'second', path: '/second' })],
    clusters: [clusterView([endpoint('active', 0, { pod: 'demo/active-1' }), endpoint('passive', 1)])],
  }),
  tenantView({ name: 'other' }),
]);

/** What keys lead to, one after the other. */
function press(keys: readonly string[], begin: Partial<AppState> = {}, isReadOnly = false) {
  let state: AppState = { ...initialAppState, ...begin };
  const effects: AppEffect[] = [];
  for (const key of keys) {
    const { lists } = screenInput({ view, seq: moments.back, state });
    const context: AppContext = { lists, pageRows: 5, isReadOnly, curl: 'curl http://127.0.0.1:8080/' };
    const step = reduceKey(state, { type: 'key', key }, context);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

describe('keys', () => {
  test('numbers and tab choose the pane; a lower one comes to sight', () => {
    expect(press(['2']).state.focus).toBe('endpoints');
    expect(press(['4']).state).toMatchObject({ focus: 'requests', lower: 'requests' });
    expect(press(['tab', 'tab', 'tab', 'tab', 'tab']).state.focus).toBe('routes');
    expect(press(['shift-tab']).state.focus).toBe('commands');
    expect(press(['4', '1']).state).toMatchObject({ focus: 'routes', lower: 'requests' });
  });

  test('arrows select rows and stay in the list', () => {
    expect(press(['down']).state.selected.routes).toBe('second');
    expect(press(['down', 'down', 'down', 'up', 'up', 'up']).state.selected.routes).toBe(
      view.tenants[0]?.routes[0]?.name,
    );
  });

  test('the timeline follows its end until something is selected, and again at its end', () => {
    const selected = press(['3', 'up', 'up']).state.selected.timeline;
    expect(selected).toBeDefined();
    expect(press(['3', 'up', 'up', 'end']).state.selected.timeline).toBeUndefined();
    expect(press(['3', 'up', 'down']).state.selected.timeline).toBeUndefined();
    expect(press(['3', 'up', 'esc']).state.selected.timeline).toBeUndefined();
  });

  test('t goes round the tenants', () => {
    expect(press(['t']).state.tenant).toBe('other');
    expect(press(['t', 't']).state.tenant).toBe('demo');
  });

  test('/ filters while it is typed; esc drops it, enter keeps it', () => {
    expect(press(['/', 's', 'e', 'c']).state.filters.routes).toBe('sec');
    expect(press(['/', 's', 'e', 'c', 'backspace']).state.filters.routes).toBe('se');
    expect(press(['/', 's', 'esc']).state).toMatchObject({ filters: { routes: '' }, prompt: undefined });
    expect(press(['/', 's', 'enter']).state).toMatchObject({ filters: { routes: 's' }, prompt: undefined });
    expect(press(['/', 'q']).effects).toEqual([]);
  });

  test('what changes something asks first, or says which Deployment', () => {
    expect(press(['k']).state.question?.words).toBe('End pod demo/active-1?');
    expect(press(['k']).effects).toEqual([]);
    expect(press(['k', 'n']).effects).toEqual([]);
    expect(press(['k', 'y']).effects).toEqual([{ type: 'kill-pod', namespace: 'demo', name: 'active-1' }]);
    expect(press(['x', 'Y']).effects).toEqual([{ type: 'restart-proxy', tenant: 'demo' }]);
    expect(press(['2', 'down', '-']).effects).toEqual([
      { type: 'scale-by', deployment: 'demo/passive', step: -1 },
    ]);
    expect(press(['r']).effects).toEqual([{ type: 'reread' }]);
  });

  test('a screen that only watches refuses them, and still shows', () => {
    for (const key of ['k', 'x', '+', '-', 'r']) {
      const { effects, state } = press([key], {}, true);
      expect([key, effects, state.notice]).toEqual([key, [], 'read-only: attach with --write to act']);
    }
    expect(press([':', ...'scale active 0', 'enter'], {}, true).effects).toEqual([]);
    expect(press(['enter'], {}, true).state.overlay?.type).toBe('details');
  });

  test('details walk from words to YAML, model and xDS', () => {
    const tab = (keys: readonly string[]) => {
      const { overlay } = press(keys).state;
      return overlay?.type === 'details' ? overlay.tab : undefined;
    };
    expect([
      tab(['enter']),
      tab(['y']),
      tab(['y', 'y']),
      tab(['y', 'y', 'y']),
      tab(['y', 'y', 'y', 'y']),
    ]).toEqual([0, 1, 2, 3, 0]);
    expect(tab(['enter', 'shift-tab'])).toBe(3);
    expect(tab(['enter', 'esc'])).toBeUndefined();
  });

  test('l goes through the logs that there are; scrolling holds, end follows', () => {
    const subject = (keys: readonly string[]) => {
      const { overlay } = press(keys).state;
      return overlay?.type === 'logs' ? overlay.subject.type : undefined;
    };
    expect([
      subject(['l']),
      subject(['l', 'l']),
      subject(['l', 'l', 'l']),
      subject(['l', 'l', 'l', 'l']),
    ]).toEqual([...['access', 'proxy', 'pod', 'access']]);
    expect(press(['l', 'up', 'page-up']).state.overlay).toMatchObject({ fromEnd: 6 });
    expect(press(['l', 'up', 'end']).state.overlay).toMatchObject({ fromEnd: 0 });
    expect(press(['l', '/', 'x']).state.filters).toEqual({ logs: 'x' });
  });

  test('q and Ctrl-C stop, also while a line is typed', () => {
    expect(press(['q'])).toMatchObject({ state: { isStopping: true }, effects: [{ type: 'stop' }] });
    expect(press([':', 'a', 'ctrl-c']).effects).toEqual([{ type: 'stop' }]);
    expect(press(['/', 'q']).state.isStopping).toBe(false);
  });

  test('pause, faults only, copy, traffic, suspend, redraw', () => {
    expect(press(['space']).state.isPaused).toBe(true);
    expect(press(['z']).state.faultsOnly).toBe(true);
    expect(press(['c'])).toMatchObject({ effects: [{ type: 'copy', text: 'curl http://127.0.0.1:8080/' }] });
    expect(press(['g']).effects).toEqual([{ type: 'traffic', wish: { rate: 10, seconds: 60 } }]);
    expect(press(['ctrl-z', 'ctrl-l']).effects).toEqual([{ type: 'suspend' }, { type: 'redraw' }]);
  });

  test('what is pasted is text, never keys', () => {
    const { lists } = screenInput({ view });
    const context: AppContext = { lists, pageRows: 5, isReadOnly: false, curl: undefined };
    const step = reduceKey(initialAppState, { type: 'paste', text: 'q\nk\ny' }, context);
    expect(step).toEqual({ state: initialAppState, effects: [] });
    const typing = { ...initialAppState, prompt: { type: 'filter', text: 'a' } as const };
    expect(reduceKey(typing, { type: 'paste', text: 'bc\nq' }, context).state.prompt?.text).toBe('abc');
  });
});

describe('the command line', () => {
  const type = (text: string) =>
    press([':', ...[...text].map((key) => (key === ' ' ? 'space' : key)), 'enter']);

  test.each<[string, readonly AppEffect[]]>([
    ['scale active 3', [{ type: 'scale', namespace: 'demo', name: 'active', replicas: 3 }]],
    [
      'scale deployment/active -n other --replicas 0',
      [{ type: 'scale', namespace: 'other', name: 'active', replicas: 0 }],
    ],
    ['calb-sim scale deploy/a --replicas=2', [{ type: 'scale', namespace: 'demo', name: 'a', replicas: 2 }]],
    ['traffic 50/s 30s', [{ type: 'traffic', wish: { rate: 50, seconds: 30 } }]],
    ['reread', [{ type: 'reread' }]],
    ['q', [{ type: 'stop' }]],
  ])('%s', (text, effects) => {
    expect(type(text).effects).toEqual(effects);
  });

  test.each([
    'scale',
    'scale active many',
    'scale active -1',
    'traffic fast',
    'frobnicate',
    'tenant nobody',
    'describe',
  ])('%s says what it wants', (text) => {
    const { effects, state } = type(text);
    expect(effects).toEqual([]);
    expect(state.notice ?? '').not.toBe('');
  });

  test('tenant and describe change what is shown', () => {
    expect(type('tenant oth').state.tenant).toBe('other');
    expect(type('describe svc active').state.overlay).toMatchObject({
      subject: { ref: 'Service/demo/active' },
    });
    expect(type('describe Gateway/web -n x').state.overlay).toMatchObject({
      subject: { ref: 'Gateway/x/web' },
    });
  });
});
