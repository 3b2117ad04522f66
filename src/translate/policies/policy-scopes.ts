/** A place that a policy can be attached to. */
export interface PolicyScope {
  readonly kind: 'gateway' | 'listener' | 'route';
  /** `namespace/name`, for a listener `namespace/gateway/listener`. */
  readonly name: string;
}

/** Which scopes have policies of their own below a Gateway or one of its listeners. */
export class PolicyScopes {
  readonly #children = new Map<string, Map<string, PolicyScope>>();
  readonly #listeners = new Map<string, Set<string>>();

  /** Records a scope below a Gateway (`ns/name`) or below one of its listeners. */
  add(gateway: string, listener: string | undefined, child: PolicyScope): void {
    const parent = listener === undefined ? gateway : `${gateway}/${listener}`;
    const children = this.#children.get(parent) ?? new Map<string, PolicyScope>();
    this.#children.set(parent, children.set(keyOf(child), child));
    if (listener === undefined) return;
    this.#listeners.set(gateway, (this.#listeners.get(gateway) ?? new Set()).add(listener));
  }

  /** What is directly below. */
  children(gateway: string, listener: string | undefined): readonly PolicyScope[] {
    const parent = listener === undefined ? gateway : `${gateway}/${listener}`;
    return [...(this.#children.get(parent)?.values() ?? [])];
  }

  /**
   * What is below a Gateway or any of its listeners; for a listener also the routes on the Gateway as a whole, which
   * reach every listener.
   */
  descendants(gateway: string, listener: string | undefined): readonly PolicyScope[] {
    const own = this.children(gateway, listener);
    const others =
      listener === undefined
        ? [...(this.#listeners.get(gateway) ?? [])].flatMap((name) => this.children(gateway, name))
        : this.children(gateway, undefined).filter(({ kind }) => kind === 'route');
    return [...new Map([...own, ...others].map((scope) => [keyOf(scope), scope])).values()];
  }
}

/** Envoy Gateway's words for a set of scopes; '' for none. */
export function describeScopes(scopes: readonly PolicyScope[]): string {
  const part = (kind: PolicyScope['kind'], label: string) => {
    const names = scopes.filter((scope) => scope.kind === kind).map(({ name }) => name);
    return names.length === 0 ? [] : [`${label}: [${names.sort().join(' ')}]`];
  };
  return [...part('listener', 'these gateway listeners'), ...part('route', 'these routes')].join(' and ');
}

/** `without` removed from `scopes`. */
export function scopesWithout(
  scopes: readonly PolicyScope[],
  without: readonly PolicyScope[],
): readonly PolicyScope[] {
  const keys = new Set(without.map(keyOf));
  return scopes.filter((scope) => !keys.has(keyOf(scope)));
}

function keyOf({ kind, name }: PolicyScope): string {
  return `${kind} ${name}`;
}
