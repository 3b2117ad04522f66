import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { HTTPRoute } from '../../gen/kinds/http-route.ts';
import { positionOf } from '../../resources/position.ts';
import { type Path, type Resource, resourceName } from '../../resources/resource.ts';
import type { CalbObjects } from './calb-objects.ts';
import { backendName, type MadePort } from './cycloud-backends.ts';
import { generated, generatedMeta, generatedName, keepResource } from './generated.ts';

type Rule = HTTPRoute['spec']['rules'][number];
type BackendRef = NonNullable<Rule['backendRefs']>[number];
type ParentRef = NonNullable<HTTPRoute['spec']['parentRefs']>[number];
type Filter = NonNullable<Rule['filters']>[number];

/** What became of a declared HTTPRoute. */
export interface MadeRoute {
  /** The declared route, or what is left of it for parents that are not CALB's; `undefined` when nothing is. */
  readonly own: Resource<HTTPRoute> | undefined;
  /** For its CALB parents. */
  readonly made: Resource<HTTPRoute> | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

interface Remembered {
  readonly objects: CalbObjects;
  readonly route: MadeRoute;
}

const remembered = new WeakMap<Resource<HTTPRoute>, Remembered>();

/** Splits a route by its parents. The same route among the same CALB objects gives the identical result. */
export function madeRoute(route: Resource<HTTPRoute>, objects: CalbObjects): MadeRoute {
  const known = remembered.get(route);
  if (known?.objects === objects) return known.route;
  const next = makeRoute(route, objects, known?.route);
  remembered.set(route, { objects, route: next });
  return next;
}

function makeRoute(
  route: Resource<HTTPRoute>,
  objects: CalbObjects,
  previous: MadeRoute | undefined,
): MadeRoute {
  const { metadata, spec } = route.object;
  const parents = spec.parentRefs ?? [];
  const calb = parents.filter((parent) => objects.gatewayOf(parent, metadata.namespace) !== undefined);
  if (calb.length === 0) return { own: route, made: undefined, diagnostics: [] };
  const diagnostics: Diagnostic[] = [];
  const identity = `HTTPRoute/${metadata.namespace}/${metadata.name}`;
  const rules = spec.rules.map((rule, index) =>
    new RuleRewriter(route, objects, index, diagnostics).rule(rule),
  );
  const made = generated<HTTPRoute>(
    {
      ...route.object,
      metadata: generatedMeta(metadata, generatedName(metadata.name, identity), identity),
      spec: {
        ...spec,
        parentRefs: calb.map((parent) => renamed(parent, objects, metadata.namespace)),
        rules,
      },
    },
    route,
  );
  const others = parents.filter((parent) => !calb.includes(parent));
  const own =
    others.length === 0
      ? undefined
      : keepResource(
          previous?.own,
          generated<HTTPRoute>({ ...route.object, spec: { ...spec, parentRefs: others } }, route),
        );
  return { own, made: keepResource(previous?.made, made), diagnostics };
}

function renamed(parent: ParentRef, objects: CalbObjects, namespace: string | undefined): ParentRef {
  const gateway = objects.gatewayOf(parent, namespace);
  return gateway === undefined ? parent : { ...parent, name: gateway.object.metadata.name };
}

/** Makes references to CycloudBackends into references to their Backends. */
class RuleRewriter {
  readonly #route: Resource<HTTPRoute>;
  readonly #objects: CalbObjects;
  readonly #path: Path;
  readonly #diagnostics: Diagnostic[];

  constructor(route: Resource<HTTPRoute>, objects: CalbObjects, index: number, diagnostics: Diagnostic[]) {
    this.#route = route;
    this.#objects = objects;
    this.#path = ['spec', 'rules', index];
    this.#diagnostics = diagnostics;
  }

  rule(rule: Rule): Rule {
    const { backendRefs, filters } = rule;
    return {
      ...rule,
      ...(backendRefs === undefined ? {} : { backendRefs: this.#references(backendRefs) }),
      ...(filters === undefined ? {} : { filters: this.#mirrors(filters, [...this.#path, 'filters']) }),
    };
  }

  /** Second parts of references go to the end, so that the others keep their place and thereby their positions. */
  #references(refs: readonly BackendRef[]): readonly BackendRef[] {
    const all = refs.map((ref, index) => {
      const path = [...this.#path, 'backendRefs', index];
      const rewritten =
        ref.filters === undefined
          ? ref
          : { ...ref, filters: this.#mirrors(ref.filters, [...path, 'filters']) };
      return this.#parts(rewritten, path);
    });
    const weighed = shareWeights(all);
    return [
      ...weighed.flatMap(([first]) => (first === undefined ? [] : [first])),
      ...weighed.flatMap(([, ...rest]) => rest),
    ];
  }

  #parts(ref: BackendRef, path: Path): readonly Part[] {
    const port = this.#portOf(ref, path);
    if (port === undefined) return [{ ref, share: 1 }];
    if (typeof port === 'string') return [{ ref: toBackend(ref, port), share: 1 }];
    return port.parts.map(({ backend, endpoints }) => ({
      ref: toBackend(ref, backend.object.metadata.name),
      share: port.parts.length === 1 ? 1 : endpoints,
    }));
  }

  #mirrors(filters: readonly Filter[], path: Path): readonly Filter[] {
    return filters.map((filter, index) => {
      const { requestMirror } = filter;
      if (requestMirror === undefined) return filter;
      const port = this.#portOf(requestMirror.backendRef, [...path, index, 'requestMirror', 'backendRef']);
      if (port === undefined) return filter;
      const name = typeof port === 'string' ? port : port.parts[0]?.backend.object.metadata.name;
      if (name === undefined) return filter;
      return {
        ...filter,
        requestMirror: { ...requestMirror, backendRef: toBackend(requestMirror.backendRef, name) },
      };
    });
  }

  /**
   * The port of the CycloudBackend that a reference means; a name that no Backend has where the CycloudBackend does not
   * have the port; `undefined` where no CycloudBackend is meant.
   */
  #portOf(ref: Reference, path: Path): MadePort | string | undefined {
    const backends = this.#objects.cycloudBackendOf(ref, this.#route.object.metadata.namespace);
    if (backends === undefined) return undefined;
    const { ports, origin } = backends;
    const found =
      ref.port === undefined && ports.length === 1 ? ports[0] : ports.find(({ port }) => port === ref.port);
    if (found !== undefined) return found;
    const numbers = ports.map(({ port }) => port).join(' or ');
    this.#diagnostics.push(
      diagnostic('CALB0234', {
        message:
          ref.port === undefined
            ? `${resourceName(origin)} has ${ports.length} ports: the backendRef must say which`
            : `${resourceName(origin)} has no port ${ref.port}`,
        position: positionOf(this.#route, [...path, ref.port === undefined ? 'name' : 'port']),
        resource: resourceName(this.#route),
        ...(numbers === '' ? {} : { hint: `use \`port: ${numbers}\`` }),
      }),
    );
    return backendName(origin, ref.port ?? 0);
  }
}

/** Gateway API's largest weight. */
const maxWeight = 1_000_000;

interface Part {
  readonly ref: BackendRef;
  readonly share: number;
}

/**
 * Shares each reference's weight among its parts. Weights are whole numbers: all are raised until that is exact, or, if
 * they would be too large then, rounded.
 */
function shareWeights(refs: readonly (readonly Part[])[]): readonly (readonly BackendRef[])[] {
  const factor = refs.map(total).reduce(leastCommonMultiple, 1);
  const exact = refs.map((parts) =>
    parts.map(({ ref, share }) => ({ ref, weight: ref.weight * share * (factor / total(parts)) })),
  );
  const largest = Math.max(0, ...exact.flat().map(({ weight }) => weight));
  const scale = largest > maxWeight ? maxWeight / largest : 1;
  return exact.map((parts) =>
    parts.map(({ ref, weight }) => ({
      ...ref,
      weight: scale === 1 || weight === 0 ? weight : Math.max(1, Math.round(weight * scale)),
    })),
  );
}

interface Reference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
}

function toBackend<T extends Reference>(ref: T, name: string): T {
  const { port: _, ...rest } = ref;
  return { ...rest, group: 'gateway.envoyproxy.io', kind: 'Backend', name } as T;
}

function total(parts: readonly Part[]): number {
  return parts.reduce((sum, { share }) => sum + share, 0);
}

function leastCommonMultiple(a: number, b: number): number {
  return (a / greatestCommonDivisor(a, b)) * b;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
