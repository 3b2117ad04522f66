import type { AppContext, AppStep } from './app-reducer.ts';
import type { AppEffect, AppState, TrafficWish } from './app-state.ts';

/** Does what was typed after `:`. Words are those of the commands, `calb-sim` may stand before them. */
export function parseCommand(state: AppState, text: string, context: AppContext): AppStep {
  const words = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words[0] === 'calb-sim') words.shift();
  const [name = '', ...args] = words;
  const said = (notice: string): AppStep => ({ state: { ...state, notice }, effects: [] });
  const done = (...effects: readonly AppEffect[]): AppStep => ({ state, effects });
  switch (name) {
    case '':
      return done();
    case 'q':
    case 'quit':
    case 'exit':
    case 'down':
      return { state: { ...state, isStopping: true }, effects: [{ type: 'stop' }] };
    case 'help':
      return { state: { ...state, overlay: { type: 'help', scroll: 0 } }, effects: [] };
    case 'tenant':
    case 't':
      return tenant(state, args[0], context);
    case 'describe': {
      const ref = reference(args, context);
      if (ref === undefined) return said('describe KIND NAME [-n NS]');
      return {
        state: {
          ...state,
          overlay: { type: 'details', subject: { type: 'object', ref }, tab: 0, scroll: 0 },
        },
        effects: [],
      };
    }
    case 'traffic': {
      const wish = trafficWish(args);
      return wish === undefined
        ? said('traffic RATE/s SECONDSs, such as traffic 50/s 30s')
        : done({ type: 'traffic', wish });
    }
    case 'reread':
      return context.isReadOnly ? said(readOnly) : done({ type: 'reread' });
    case 'scale':
      return scale(args, context, { said, done });
    default:
      return said(`"${name}" is no command here: tenant, scale, traffic, describe, reread, help, q`);
  }
}

const readOnly = 'read-only: attach with --write to act';

function tenant(state: AppState, wanted: string | undefined, { lists }: AppContext): AppStep {
  const found =
    lists.tenantNames.find((name) => name === wanted) ??
    lists.tenantNames.find((name) => wanted !== undefined && name.startsWith(wanted));
  if (found === undefined)
    return { state: { ...state, notice: `tenants: ${lists.tenantNames.join(', ')}` }, effects: [] };
  return { state: { ...state, tenant: found, selected: {} }, effects: [] };
}

interface Answers {
  readonly said: (notice: string) => AppStep;
  readonly done: (...effects: readonly AppEffect[]) => AppStep;
}

/** `scale [deployment/]NAME N` or `--replicas N`, `-n NS`. */
function scale(args: readonly string[], context: AppContext, { said, done }: Answers): AppStep {
  if (context.isReadOnly) return said(readOnly);
  const { rest, namespace } = withNamespace(args, context);
  const [target = '', ...numbers] = rest
    .filter((word) => word !== '--replicas')
    .map((word) => word.replace('--replicas=', ''));
  const name = target.replace(/^deploy(ment)?\//, '');
  const replicas = Number(numbers[0]);
  if (name === '' || !Number.isInteger(replicas) || replicas < 0 || replicas > 1000)
    return said('scale NAME N [-n NS]');
  return done({ type: 'scale', namespace, name, replicas });
}

function withNamespace(args: readonly string[], { lists }: AppContext) {
  const at = args.findIndex((word) => word === '-n' || word === '--namespace');
  if (at < 0) return { rest: args, namespace: lists.tenant?.name ?? 'default' };
  return { rest: args.toSpliced(at, 2), namespace: args[at + 1] ?? '' };
}

const kinds: Readonly<Record<string, string>> = {
  ...{ route: 'HTTPRoute', httproute: 'HTTPRoute', httproutes: 'HTTPRoute', grpcroute: 'GRPCRoute' },
  ...{ gateway: 'Gateway', gtw: 'Gateway', service: 'Service', svc: 'Service', pod: 'Pod', po: 'Pod' },
  ...{ deployment: 'Deployment', deploy: 'Deployment', backend: 'Backend', cycloudbackend: 'CycloudBackend' },
  ...{ backendtrafficpolicy: 'BackendTrafficPolicy', btp: 'BackendTrafficPolicy', envoyproxy: 'EnvoyProxy' },
};

/** `Kind/namespace/name` of `KIND NAME [-n NS]` or `KIND/NAME`. */
function reference(args: readonly string[], context: AppContext): string | undefined {
  const { rest, namespace } = withNamespace(args, context);
  const [kind = '', name = ''] = rest.length === 1 ? (rest[0] ?? '').split('/') : rest;
  const known = kinds[kind.toLowerCase()] ?? kind;
  return known === '' || name === '' ? undefined : `${known}/${namespace}/${name}`;
}

function trafficWish(args: readonly string[]): TrafficWish | undefined {
  const rate = Number((args[0] ?? '10').replace(/\/s$/, ''));
  const seconds = Number((args[1] ?? '60').replace(/s$/, ''));
  const isGood = rate > 0 && rate <= 1000 && seconds > 0 && seconds <= 3600;
  return isGood ? { rate, seconds } : undefined;
}
