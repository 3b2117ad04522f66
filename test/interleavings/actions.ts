import fc from 'fast-check';

/** Where the files stand: what a person has saved last. */
export interface Declared {
  /** Replicas of each of the two Deployments. */
  readonly replicas: { readonly one: number; readonly two: number };
  /** Ports of the Gateway. */
  readonly ports: readonly number[];
  /** What the route's answers are marked with. */
  readonly mark: string;
}

/** Something that a person, or bad luck, does to a running instance. */
export type Action =
  | { readonly type: 'save'; readonly declared: Declared }
  | { readonly type: 'save-broken' }
  | { readonly type: 'kill-proxy' }
  | { readonly type: 'kill-pod'; readonly index: number }
  | { readonly type: 'pause'; readonly forMs: number }
  | { readonly type: 'restart'; readonly signal: 'SIGTERM' | 'SIGKILL' };

/** An action, and how long nothing happens before it: often it comes while the one before is still at work. */
export interface Step {
  readonly afterMs: number;
  readonly action: Action;
}

const declared: fc.Arbitrary<Declared> = fc.record({
  replicas: fc.record({ one: fc.integer({ min: 0, max: 3 }), two: fc.integer({ min: 1, max: 2 }) }),
  ports: fc.constantFrom([8080], [8080, 8081], [8081, 8082], [8080, 8081, 8082]),
  mark: fc.constantFrom('red', 'green', 'blue'),
});

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: declared.map((state) => ({ type: 'save', declared: state }) as const) },
  { weight: 1, arbitrary: fc.constant({ type: 'save-broken' } as const) },
  { weight: 2, arbitrary: fc.constant({ type: 'kill-proxy' } as const) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('kill-pod' as const), index: fc.nat(7) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('pause' as const), forMs: fc.nat(400) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('restart' as const),
      signal: fc.constantFrom('SIGTERM' as const, 'SIGKILL' as const),
    }),
  },
);

const step: fc.Arbitrary<Step> = fc.record({
  afterMs: fc.oneof(fc.constant(0), fc.nat(50), fc.nat(700)),
  action,
});

/** A run: what is declared first and last, and what happens in between. */
export interface Interleaving {
  readonly first: Declared;
  readonly steps: readonly Step[];
  readonly last: Declared;
}

/** Runs that follow from a seed. */
export function interleavings(seed: number, count: number): readonly Interleaving[] {
  const run = fc.record({
    first: declared,
    steps: fc.array(step, { minLength: 3, maxLength: 9 }),
    last: declared,
  });
  return fc.sample(run, { seed, numRuns: count });
}
