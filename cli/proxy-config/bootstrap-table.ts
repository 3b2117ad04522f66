import { type ConfigDump, type DumpedResource, type Json, list, object, text } from './config-dump.ts';

/** What an Envoy was started with, at a glance. */
export function bootstrapTable(bootstrap: Json): readonly (readonly string[])[] {
  const node = object(bootstrap.node);
  const { major_number, minor_number, patch } = object(object(node.user_agent_build_version).version);
  const version = [major_number ?? 0, minor_number ?? 0, patch ?? 0].join('.');
  const admin = text(object(object(object(bootstrap.admin).address).pipe), 'path');
  const clusters = list(object(bootstrap.static_resources), 'clusters').map(({ name }) => name);
  return [
    ['FIELD', 'VALUE'],
    ['node id', text(node, 'id')],
    ['node cluster', text(node, 'cluster')],
    ['Envoy', version],
    ['admin', admin],
    ['static clusters', clusters.join(', ')],
    ['discovery', text(object(object(bootstrap.dynamic_resources).ads_config), 'api_type')],
  ];
}

/** How much of what an Envoy has. */
export function dumpTable(dump: ConfigDump): readonly (readonly string[])[] {
  const parts = ['listeners', 'routes', 'clusters', 'endpoints', 'secrets'] as const;
  const count = (resources: readonly DumpedResource[], state: DumpedResource['state']) =>
    String(resources.filter((one) => one.state === state).length);
  return [
    ['TYPE', 'ACTIVE', 'WARMING', 'STATIC'],
    ...parts.map((part) => [
      part,
      count(dump[part], 'active'),
      count(dump[part], 'warming'),
      count(dump[part], 'static'),
    ]),
  ];
}
