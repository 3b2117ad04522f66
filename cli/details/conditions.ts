import type { KubeObject } from '../../src/resources/resource.ts';
import type { DetailLine, DetailSection } from './detail-section.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

interface WithConditions {
  readonly conditions?: readonly Condition[];
}

interface Status extends WithConditions {
  readonly addresses?: readonly { readonly type?: string; readonly value: string }[];
  readonly listeners?: readonly (WithConditions & {
    readonly name: string;
    readonly attachedRoutes?: number;
  })[];
  readonly parents?: readonly (WithConditions & {
    readonly parentRef: Reference;
    readonly controllerName: string;
  })[];
  readonly ancestors?: readonly (WithConditions & {
    readonly ancestorRef: Reference;
    readonly controllerName: string;
  })[];
}

interface Reference {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly sectionName?: string;
  readonly port?: number;
}

/** Conditions that are bad when they are True. */
const negative = new Set([
  'Conflicted',
  'OverlappingTLSConfig',
  'PartiallyInvalid',
  'InsecureFrontendValidationMode',
]);

/** What the controllers say of an object: its conditions, those of its listeners, parents and ancestors. */
export function conditionSections({ status }: KubeObject): readonly DetailSection[] {
  const { conditions, addresses, listeners, parents, ancestors } = (status ?? {}) as Status;
  return [
    { title: 'Addresses', lines: (addresses ?? []).map(({ value }) => ({ text: value })) },
    { title: 'Conditions', lines: conditionLines(conditions) },
    ...(listeners ?? []).map((listener) => ({
      title: `Listener ${listener.name} (${listener.attachedRoutes ?? 0} routes attached)`,
      lines: conditionLines(listener.conditions),
    })),
    ...(parents ?? []).map(({ parentRef, conditions: own }) => ({
      title: `Parent ${referenceText(parentRef)}`,
      lines: conditionLines(own),
    })),
    ...(ancestors ?? []).map(({ ancestorRef, conditions: own }) => ({
      title: `Ancestor ${referenceText(ancestorRef)}`,
      lines: conditionLines(own),
    })),
  ];
}

function conditionLines(conditions: readonly Condition[] = []): readonly DetailLine[] {
  return conditions.flatMap(({ type, status, reason = '', message = '' }) => {
    const isGood = (status === 'True') !== negative.has(type);
    const head = `${isGood ? '✓' : '✗'} ${type} ${status}`;
    const why = reason === type ? '' : ` (${reason})`;
    return [
      {
        text: `${head}${why}${message === '' ? '' : `: ${message}`}`,
        style: isGood ? ('green' as const) : ('red' as const),
      },
    ];
  });
}

function referenceText({ kind = 'Gateway', namespace, name, sectionName, port }: Reference): string {
  const place = namespace === undefined ? name : `${namespace}/${name}`;
  const part = sectionName === undefined ? '' : `, ${sectionName}`;
  return `${kind} ${place}${part}${port === undefined ? '' : `, port ${port}`}`;
}
