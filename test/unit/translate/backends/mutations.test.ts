import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import type { Gateway } from '../../../../src/gen/kinds/gateway.ts';
import { envoyGatewayProvider } from '../../../../src/providers/envoy-gateway.ts';
import { loadFile } from '../../../../src/resources/load-file.ts';
import { emptyStore } from '../../../../src/resources/store.ts';
import { backendStatuses } from '../../../../src/translate/backends/backend-statuses.ts';
import { buildClusters } from '../../../../src/translate/backends/build-clusters.ts';
import { resolveBackends } from '../../../../src/translate/backends/resolve-backends.ts';
import { servicePorts } from '../../../../src/translate/backends/service-ports.ts';
import { proxySettings } from '../../../../src/translate/policies/proxy-settings.ts';
import { trafficSettings } from '../../../../src/translate/policies/traffic-settings.ts';
import { attachEverything } from '../../../fixtures/attachments.ts';
import { declaredAt } from '../../../fixtures/declared.ts';
import { translateContext } from '../../../fixtures/translate-context.ts';

const golden = new URL('../../../golden/', import.meta.url);
const documents = ['backends', 'providers'].flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, golden))
    .filter((name) => name.endsWith('.in.yaml'))
    .map((name) =>
      parseAllDocuments(readFileSync(new URL(`${folder}/${name}`, golden), 'utf8')).map((document) =>
        document.toJS(),
      ),
    ),
);

/** Every place in a value that can be changed. */
function places(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  const steps = Array.isArray(value) ? value.keys() : Object.keys(value);
  return [[...path], ...[...steps].flatMap((step) => places(Reflect.get(value, step), [...path, step]))];
}

/** The value with one place removed or replaced. */
function mutated(value: unknown, [step, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (step === undefined) return by;
  const copy = structuredClone(value) as object;
  if (rest.length === 0 && by === undefined) {
    if (Array.isArray(copy)) copy.splice(Number(step), 1);
    else Reflect.deleteProperty(copy, step);
  } else Reflect.set(copy, step, mutated(Reflect.get(copy, step), rest, by));
  return copy;
}

const replacement = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom(
    '',
    'web',
    'default',
    '0',
    'localhost',
    '127.0.0.1',
    '::1',
    'Service',
    'Backend',
    '*',
    '1s',
  ),
  fc.constantFrom(null, true, false, 0, 1, -1, 65_535, 2_147_483_647),
  fc.constantFrom([], {}),
);

/** All that this part does with declared objects. */
function translate(text: string): void {
  const store = emptyStore(declaredAt);
  const loaded = loadFile({ path: 'file.yaml', text });
  const expansion = envoyGatewayProvider.expand(
    store.applyFiles([{ path: 'file.yaml', loaded }], declaredAt).resources,
  );
  const context = translateContext(expansion.effective);
  const attachments = attachEverything(expansion.effective);
  const rules = attachments.routes.flatMap((route) =>
    attachments.ofRoute(route).flatMap(({ gateway, listenerNames }) =>
      listenerNames.flatMap((listenerName) =>
        route.object.spec.rules.map((_, ruleIndex) => {
          const settings = trafficSettings(context, { route, ruleIndex, gateway, listenerName });
          return resolveBackends(context, { route, ruleIndex, settings });
        }),
      ),
    ),
  );
  const demands = rules.flatMap(({ outcome, mirrors }) => [
    ...(outcome.type === 'forward' ? outcome.shares.flatMap(({ demand }) => demand ?? []) : []),
    ...mirrors.map(({ demand }) => demand),
  ]);
  const { nameOf } = buildClusters(context, demands);
  for (const demand of demands) expect(nameOf(demand).length).toBeLessThanOrEqual(200);
  expansion.statuses(backendStatuses(context, attachments).statuses);
  for (const { object } of expansion.effective.list<Gateway>('Gateway')) {
    proxySettings(context, object.metadata.namespace ?? '');
  }
  for (const service of context.resources.list('Service')) {
    servicePorts(service as Parameters<typeof servicePorts>[0], { pods: [], services: [] }, context.pods);
  }
}

test('no mutation of the manifests makes backend translation throw', () => {
  const mutation = fc
    .constantFrom(...documents)
    .chain((file) =>
      fc.record({ file: fc.constant(file), path: fc.constantFrom(...places(file)), by: replacement }),
    );
  fc.assert(
    fc.property(mutation, ({ file, path, by }) => {
      const changed = mutated(file, path, by);
      if (!Array.isArray(changed)) return;
      translate(changed.map((document) => stringify(document)).join('---\n'));
    }),
    { numRuns: 150 },
  );
});
