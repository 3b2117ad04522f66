/** What a key does. */
export type ActionName =
  | 'pane'
  | 'next-pane'
  | 'previous-pane'
  | 'next-tenant'
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'first'
  | 'last'
  | 'filter'
  | 'command'
  | 'details'
  | 'yaml'
  | 'logs'
  | 'copy'
  | 'traffic'
  | 'scale-up'
  | 'scale-down'
  | 'kill-pod'
  | 'restart'
  | 'reread'
  | 'faults'
  | 'pause'
  | 'redraw'
  | 'help'
  | 'back'
  | 'suspend'
  | 'stop';

/** A key with what it does, where it is listed, and the command that does the same. */
export interface KeyEntry {
  readonly action: ActionName;
  /** Names as `parseKeys` gives them; letters match in either case. */
  readonly keys: readonly string[];
  /** As people write it. */
  readonly label: string;
  /** What it does, for `?` and the documentation. */
  readonly words: string;
  /** In the footer, short; absent: it is not there. The order of the table is the order of the footer. */
  readonly short?: string;
  /** Its twin on the command line. */
  readonly twin?: string;
}

/** Every key: the footer, the help, the documentation and the tests are made from this table. */
export const keyTable: readonly KeyEntry[] = [
  { action: 'help', keys: ['?', 'f1'], label: '?', words: 'all keys', short: 'keys' },
  {
    action: 'details',
    keys: ['enter', 'd'],
    label: 'enter d',
    words: 'everything about the selected thing',
    short: 'describe',
    twin: 'calb-sim describe KIND NAME',
  },
  {
    action: 'yaml',
    keys: ['y'],
    label: 'y',
    words: 'its YAML, then the model, then the xDS that it became',
    short: 'yaml/xds',
    twin: 'calb-sim translate --to model|xds',
  },
  {
    action: 'logs',
    keys: ['l'],
    label: 'l',
    words: 'access log; again: the Envoy log, the log of the selected pod',
    short: 'logs',
    twin: 'calb-sim logs [TENANT|pod/NAME] -f',
  },
  {
    action: 'traffic',
    keys: ['g'],
    label: 'g',
    words: 'steady traffic on the selected route for a minute; again: end it (:traffic 50/s 30s for more)',
    short: 'traffic',
  },
  {
    action: 'scale-up',
    keys: ['+', '='],
    label: '+',
    words: 'one pod more for the Deployment behind the selected endpoint',
    short: 'scale',
    twin: 'calb-sim scale deployment/NAME -n NS --replicas N',
  },
  {
    action: 'scale-down',
    keys: ['-'],
    label: '-',
    words: 'one pod less',
    twin: 'calb-sim scale deployment/NAME -n NS --replicas N',
  },
  {
    action: 'kill-pod',
    keys: ['k'],
    label: 'k',
    words: 'end the selected pod as if it had crashed (asks)',
    short: 'kill',
    twin: 'calb-sim kill pod/NAME -n NS',
  },
  {
    action: 'restart',
    keys: ['x'],
    label: 'x',
    words: "restart the tenant's Envoy (asks)",
    twin: 'calb-sim restart TENANT',
  },
  {
    action: 'reread',
    keys: ['r'],
    label: 'r',
    words: 'read all files again: they win over what was changed since',
    twin: 'calb-sim reread',
  },
  {
    action: 'copy',
    keys: ['c'],
    label: 'c',
    words: 'copy a curl command for the selected route',
    short: 'curl',
  },
  {
    action: 'next-tenant',
    keys: ['t'],
    label: 't',
    words: 'next tenant',
    short: 'tenant',
    twin: 'calb-sim status',
  },
  {
    action: 'filter',
    keys: ['/'],
    label: '/',
    words: 'filter the pane or the log; !text leaves out',
    short: 'filter',
  },
  { action: 'faults', keys: ['z'], label: 'z', words: 'only what went wrong', short: 'faults' },
  {
    action: 'pause',
    keys: ['space'],
    label: 'space',
    words: 'hold the view still; everything goes on running',
    short: 'pause',
  },
  {
    action: 'command',
    keys: [':'],
    label: ':',
    words: 'type a command: tenant NAME, scale NAME N, traffic RATE TIME, describe KIND NAME, q',
    short: 'command',
  },
  {
    action: 'pane',
    keys: ['1', '2', '3', '4', '5'],
    label: '1-5',
    words: 'routes, endpoints, timeline, requests, commands',
  },
  { action: 'next-pane', keys: ['tab'], label: 'tab', words: 'next pane; in details: next view' },
  { action: 'previous-pane', keys: ['shift-tab'], label: 'shift-tab', words: 'previous pane' },
  { action: 'up', keys: ['up'], label: '↑', words: 'one up' },
  { action: 'down', keys: ['down', 'j'], label: '↓ j', words: 'one down' },
  { action: 'page-up', keys: ['page-up', 'ctrl-b'], label: 'page up', words: 'a page up' },
  { action: 'page-down', keys: ['page-down', 'ctrl-f'], label: 'page down', words: 'a page down' },
  { action: 'first', keys: ['home'], label: 'home', words: 'to the first' },
  { action: 'last', keys: ['end'], label: 'end', words: 'to the last; the timeline and logs follow again' },
  { action: 'back', keys: ['esc'], label: 'esc', words: 'back; drops the filter' },
  { action: 'redraw', keys: ['ctrl-l'], label: 'ctrl-l', words: 'draw everything anew' },
  { action: 'suspend', keys: ['ctrl-z'], label: 'ctrl-z', words: 'suspend; fg comes back' },
  {
    action: 'stop',
    keys: ['q', 'ctrl-c'],
    label: 'q ctrl-c',
    words: 'stop everything and clean up; twice: at once',
    short: 'quit',
    twin: 'calb-sim down',
  },
];

const byKey = new Map<string, KeyEntry>(
  keyTable.flatMap((entry) => entry.keys.map((key) => [key, entry] as const)),
);

/** The entry of a key as `parseKeys` names it. With Caps Lock on, letters still mean what they mean. */
export function keyEntry(key: string): KeyEntry | undefined {
  return byKey.get(key) ?? byKey.get(key.toLowerCase());
}
