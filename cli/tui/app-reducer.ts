import type { AppEffect, AppState, PaneId } from './app-state.ts';
import { lowerPanes, paneIds } from './app-state.ts';
import { detailsOf, logSubjects } from './app-subjects.ts';
import { parseCommand } from './command-line.ts';
import { type ActionName, keyEntry } from './keys.ts';
import { isFollowing, type Lists } from './model/lists.ts';
import type { KeyInput } from './parse-keys.ts';

/** What a key led to. */
export interface AppStep {
  readonly state: AppState;
  readonly effects: readonly AppEffect[];
}

/** What keys act on. */
export interface AppContext {
  readonly lists: Lists;
  /** Rows of a page. */
  readonly pageRows: number;
  readonly isReadOnly: boolean;
  /** The `curl` line of the selected route; `undefined` where it cannot be dialled. */
  readonly curl: string | undefined;
}

const only = (state: AppState, ...effects: readonly AppEffect[]): AppStep => ({ state, effects });

/** What a key does to the screen, and what it wants done. Pure. */
export function reduceKey(before: AppState, input: KeyInput, context: AppContext): AppStep {
  const state = before.notice === undefined ? before : { ...before, notice: undefined };
  if (input.type === 'paste') {
    const { prompt } = state;
    return only(
      prompt === undefined
        ? state
        : { ...state, prompt: { ...prompt, text: prompt.text + firstLine(input.text) } },
    );
  }
  if (input.key === 'ctrl-c') return only({ ...state, isStopping: true }, { type: 'stop' });
  if (input.key === 'ctrl-z') return only(state, { type: 'suspend' });
  if (state.question !== undefined) return answer(state, input.key);
  if (state.prompt !== undefined) return typed(state, input.key, context);
  const entry = keyEntry(input.key);
  return entry === undefined ? only(state) : act(state, entry.action, { ...context, key: input.key });
}

function firstLine(text: string): string {
  return (text.split(/[\r\n]/)[0] ?? '').replace(/\p{Cc}/gu, '').slice(0, 500);
}

function answer(state: AppState, key: string): AppStep {
  const { question } = state;
  const rest = { ...state, question: undefined };
  if (question === undefined || key.toLowerCase() !== 'y')
    return only({ ...rest, notice: 'nothing was done' });
  return only(rest, question.yes);
}

/** A key while a line is typed. */
function typed(state: AppState, key: string, context: AppContext): AppStep {
  const { prompt } = state;
  if (prompt === undefined) return only(state);
  const close = { ...state, prompt: undefined };
  const write = (text: string): AppStep => {
    const next = { ...state, prompt: { ...prompt, text } };
    // A filter acts while it is typed.
    return only(prompt.type === 'filter' ? withFilter(next, text) : next);
  };
  switch (key) {
    case 'esc':
      return only(prompt.type === 'filter' ? withFilter(close, '') : close);
    case 'enter':
      if (prompt.type === 'filter') return only(close);
      return parseCommand(close, prompt.text, context);
    case 'backspace':
      if (prompt.text === '') return only(close);
      return write([...prompt.text].slice(0, -1).join(''));
    case 'ctrl-u':
      return write('');
    case 'space':
      return write(`${prompt.text} `);
    default:
      return [...key].length === 1 ? write(prompt.text + key) : only(state);
  }
}

function withFilter(state: AppState, text: string): AppState {
  const pane = state.overlay?.type === 'logs' ? 'logs' : state.focus;
  return { ...state, filters: { ...state.filters, [pane]: text } };
}

interface ActContext extends AppContext {
  readonly key: string;
}

function act(state: AppState, action: ActionName, context: ActContext): AppStep {
  if (state.overlay !== undefined) {
    const step = actOnOverlay(state, action, context);
    if (step !== undefined) return step;
  }
  switch (action) {
    case 'pane':
      return only(focusOn(state, paneIds[Number(context.key) - 1] ?? 'routes'));
    case 'next-pane':
    case 'previous-pane': {
      const step = action === 'next-pane' ? 1 : paneIds.length - 1;
      return only(
        focusOn(state, paneIds[(paneIds.indexOf(state.focus) + step) % paneIds.length] ?? 'routes'),
      );
    }
    case 'up':
    case 'down':
    case 'page-up':
    case 'page-down':
    case 'first':
    case 'last':
      return only(select(state, action, context));
    case 'filter':
      return only({ ...state, prompt: { type: 'filter', text: state.filters[state.focus] ?? '' } });
    case 'command':
      return only({ ...state, prompt: { type: 'command', text: '' } });
    case 'details':
    case 'yaml':
      return only(openDetails(state, action === 'yaml' ? 1 : 0, context));
    case 'back':
      return only({
        ...state,
        filters: { ...state.filters, [state.focus]: '' },
        selected: withoutFollowed(state),
      });
    default:
      return actOnInstance(state, action, context);
  }
}

function actOnInstance(state: AppState, action: ActionName, context: ActContext): AppStep {
  const { lists } = context;
  switch (action) {
    case 'help':
      return only({ ...state, overlay: { type: 'help', scroll: 0 } });
    case 'logs':
      return only({ ...state, overlay: { type: 'logs', subject: { type: 'access' }, fromEnd: 0 } });
    case 'next-tenant':
      return only({ ...state, tenant: nextTenant(lists), selected: {} });
    case 'faults':
      return only({ ...state, faultsOnly: !state.faultsOnly });
    case 'pause':
      return only({ ...state, isPaused: !state.isPaused });
    case 'redraw':
      return only(state, { type: 'redraw' });
    case 'suspend':
      return only(state, { type: 'suspend' });
    case 'stop':
      return only({ ...state, isStopping: true }, { type: 'stop' });
    case 'copy':
      if (context.curl === undefined) return only({ ...state, notice: 'no listener serves this route' });
      return only({ ...state, notice: `copied: ${context.curl}` }, { type: 'copy', text: context.curl });
    case 'traffic':
      return only(state, { type: 'traffic', wish: { rate: 10, seconds: 60 } });
    default:
      return context.isReadOnly
        ? only({ ...state, notice: 'read-only: attach with --write to act' })
        : change(state, action, context);
  }
}

/** What changes what runs. */
function change(state: AppState, action: ActionName, { lists }: ActContext): AppStep {
  const endpoint = lists.endpoints.find(({ key }) => key === state.selected.endpoints) ?? lists.endpoints[0];
  const { pod, deployment } = endpoint?.value.endpoint ?? {};
  const tenant = lists.tenant?.name;
  switch (action) {
    case 'scale-up':
    case 'scale-down':
      if (deployment === undefined)
        return only({ ...state, notice: 'no Deployment is behind the selected endpoint' });
      return only(state, { type: 'scale-by', deployment, step: action === 'scale-up' ? 1 : -1 });
    case 'kill-pod': {
      if (pod === undefined) return only({ ...state, notice: 'the selected endpoint is no single pod' });
      const [namespace = '', name = ''] = pod.split('/');
      return only({
        ...state,
        question: { words: `End pod ${pod}?`, yes: { type: 'kill-pod', namespace, name } },
      });
    }
    case 'restart':
      if (tenant === undefined) return only({ ...state, notice: 'there is no tenant' });
      return only({
        ...state,
        question: { words: `Restart the Envoy of ${tenant}?`, yes: { type: 'restart-proxy', tenant } },
      });
    case 'reread':
      return only(state, { type: 'reread' });
    default:
      return only(state);
  }
}

/** A key over an overlay; `undefined`: it means what it means elsewhere. */
function actOnOverlay(state: AppState, action: ActionName, context: ActContext): AppStep | undefined {
  const { overlay } = state;
  if (overlay === undefined) return undefined;
  const set = (changed: AppState['overlay']): AppStep => only({ ...state, overlay: changed });
  const far = 1_000_000;
  const moves: Partial<Record<ActionName, number>> = {
    ...{ up: -1, down: 1, 'page-up': -context.pageRows, 'page-down': context.pageRows },
    ...{ first: -far, last: far },
  };
  const move = moves[action];
  if (move !== undefined) {
    if (overlay.type === 'logs')
      return set({ ...overlay, fromEnd: Math.max(0, Math.min(far, overlay.fromEnd - move)) });
    return set({ ...overlay, scroll: Math.max(0, Math.min(far, overlay.scroll + move)) });
  }
  if (action === 'back' || (action === 'help' && overlay.type === 'help')) return set(undefined);
  if (overlay.type === 'details' && ['yaml', 'next-pane', 'previous-pane', 'details'].includes(action)) {
    const tab = action === 'details' ? 0 : (overlay.tab + (action === 'previous-pane' ? 3 : 1)) % 4;
    return set({ ...overlay, tab, scroll: 0 });
  }
  if (overlay.type === 'logs' && action === 'logs') {
    const subjects = logSubjects(state, context.lists);
    const at = subjects.findIndex((subject) => JSON.stringify(subject) === JSON.stringify(overlay.subject));
    return set({
      type: 'logs',
      subject: subjects[(at + 1) % subjects.length] ?? { type: 'access' },
      fromEnd: 0,
    });
  }
  if (overlay.type === 'logs' && action === 'filter') {
    return only({ ...state, prompt: { type: 'filter', text: state.filters.logs ?? '' } });
  }
  if (action === 'pane') return act({ ...state, overlay: undefined }, action, context);
  return undefined;
}

function openDetails(state: AppState, tab: number, { lists }: AppContext): AppState {
  const subject = detailsOf(state, lists);
  if (subject === undefined) return { ...state, notice: 'nothing is selected' };
  return { ...state, overlay: { type: 'details', subject, tab, scroll: 0 } };
}

function focusOn(state: AppState, focus: PaneId): AppState {
  return { ...state, focus, lower: lowerPanes.includes(focus) ? focus : state.lower };
}

/** What is shown follows its end again. */
function withoutFollowed({ focus, selected }: AppState): AppState['selected'] {
  return isFollowing(focus) ? { ...selected, [focus]: undefined } : selected;
}

type Move = 'up' | 'down' | 'page-up' | 'page-down' | 'first' | 'last';

function select(state: AppState, move: Move, { lists, pageRows }: AppContext): AppState {
  const pane = state.focus;
  const items: readonly { readonly key: string }[] = lists[pane];
  if (items.length === 0) return state;
  const follows = isFollowing(pane);
  // What follows its end begins there.
  const known = items.findIndex(({ key }) => key === state.selected[pane]);
  const at = known >= 0 ? known : follows ? items.length : 0;
  const steps: Readonly<Record<Move, number>> = {
    ...{ up: at - 1, down: at + 1, 'page-up': at - pageRows, 'page-down': at + pageRows },
    ...{ first: 0, last: items.length },
  };
  const next = steps[move];
  if (follows && next >= items.length)
    return { ...state, selected: { ...state.selected, [pane]: undefined } };
  const key = items[Math.max(0, Math.min(items.length - 1, next))]?.key;
  return { ...state, selected: { ...state.selected, [pane]: key } };
}

function nextTenant({ tenant, tenantNumber, tenantCount, tenantNames }: Lists): string | undefined {
  return tenantCount === 0 ? tenant?.name : tenantNames[tenantNumber % tenantCount];
}
