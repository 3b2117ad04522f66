import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { render } from '../../../src/diagnostics/render.ts';
import { resourceName } from '../../../src/resources/resource.ts';
import { backendStatuses } from '../../../src/translate/backends/backend-statuses.ts';
import { buildClusters } from '../../../src/translate/backends/build-clusters.ts';
import { resolveBackends } from '../../../src/translate/backends/resolve-backends.ts';
import { proxySettings } from '../../../src/translate/policies/proxy-settings.ts';
import { trafficSettings } from '../../../src/translate/policies/traffic-settings.ts';
import type { BuiltClusters, RuleBackends, TrafficSettings } from '../../../src/translate/rule-backends.ts';
import { attachEverything } from '../../fixtures/attachments.ts';
import { declared } from '../../fixtures/declared.ts';
import { translateContext } from '../../fixtures/translate-context.ts';

const folder = import.meta.dirname;

/** What backend translation makes of a file: rules, clusters, statuses, findings. */
function translation(text: string): string {
  const resources = declared(text);
  const context = translateContext(resources);
  const attachments = attachEverything(resources);
  const rules = attachments.routes.flatMap((route) =>
    attachments.ofRoute(route).flatMap(({ gateway, listenerNames }) =>
      listenerNames.flatMap((listenerName) =>
        route.object.spec.rules.map((_, ruleIndex) => {
          const settings = trafficSettings(context, { route, ruleIndex, gateway, listenerName });
          const backends = resolveBackends(context, { route, ruleIndex, settings });
          return { name: `${resourceName(route)}/rule/${ruleIndex} on ${listenerName}`, settings, backends };
        }),
      ),
    ),
  );
  const demands = rules.flatMap(({ backends: { outcome, mirrors } }) => [
    ...(outcome.type === 'forward' ? outcome.shares.flatMap(({ demand }) => demand ?? []) : []),
    ...mirrors.map(({ demand }) => demand),
  ]);
  const built = buildClusters(context, demands);
  const report = backendStatuses(context, attachments);
  const proxy = proxySettings(context, 'default');
  const diagnostics = [
    ...rules.flatMap(({ backends }) => backends.diagnostics),
    ...built.diagnostics,
    ...report.diagnostics,
    ...proxy.diagnostics,
  ];
  const said = new Set(diagnostics.map((found) => render(found, () => text, { color: false })));
  const shown = {
    rules: Object.fromEntries(rules.map((rule) => [rule.name, showRule(rule, built)])),
    clusters: built.clusters,
    statuses: Object.fromEntries([...report.statuses].map(([resource, status]) => [resourceName(resource), status])),
    ...(resources.list('EnvoyProxy').length === 0 ? {} : { proxy: proxy.proxy }),
  };
  const yaml = stringify(shown, { lineWidth: 0, aliasDuplicateObjects: false });
  return `${yaml}---\n${[...said].join('\n\n')}\n`;
}

function showRule(
  { settings, backends }: { settings: TrafficSettings; backends: RuleBackends },
  built: BuiltClusters,
): unknown {
  const { policy: _, ...ofPolicy } = settings;
  const { outcome, mirrors, problems } = backends;
  const shares = (outcome.type === 'forward' ? outcome.shares : []).map(({ demand, ...share }) => ({
    cluster: demand === null ? null : built.nameOf(demand),
    ...share,
  }));
  return {
    ...(settings.policyName === '' ? {} : { settings: ofPolicy }),
    outcome: outcome.type === 'direct' ? outcome.status : shares,
    ...(mirrors.length === 0
      ? {}
      : { mirrors: mirrors.map(({ demand, ...mirror }) => ({ cluster: built.nameOf(demand), ...mirror })) }),
    ...(problems.length === 0 ? {} : { problems }),
  };
}

describe('backends, policies and clusters', () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.in.yaml'))) {
    it(file, () => {
      const golden = join(folder, file.replace('.in.yaml', '.out.yaml'));
      const found = translation(readFileSync(join(folder, file), 'utf8'));
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, found);
      expect(found).toBe(readFileSync(golden, 'utf8'));
    });
  }
});
