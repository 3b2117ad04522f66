import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { makeKubeconfig } from '../../../../cli/kubectl/kubeconfig.ts';
import { mergeKubeconfig } from '../../../../cli/kubectl/merge-kubeconfig.ts';

const access = { server: 'https://127.0.0.1:6443', caCertificate: 'PEM\n', token: 'secret' };
const made = makeKubeconfig('calb-sim', access);

const mine = `# my clusters
apiVersion: v1
kind: Config
clusters:
  - name: work # do not touch
    cluster: { server: https://work.example }
users: []
contexts:
  - { name: work, context: { cluster: work, user: me } }
current-context: work
preferences: {}
`;

test('a kubeconfig leads to the instance, with its authority and token', () => {
  expect(made).toMatchObject({
    clusters: [{ cluster: { server: access.server, 'certificate-authority-data': 'UEVNCg==' } }],
    users: [{ user: { token: 'secret' } }],
    contexts: [{ context: { cluster: 'calb-sim', user: 'calb-sim' } }],
  });
});

test('nothing becomes the kubeconfig itself', () => {
  expect(parse(mergeKubeconfig('', made))).toEqual(made);
});

test('what is there stays, comments and current context included', () => {
  const text = mergeKubeconfig(mine, made);
  expect(text).toContain('# my clusters');
  expect(text).toContain('name: work # do not touch');
  const merged = parse(text);
  expect(merged['current-context']).toBe('work');
  expect(merged.preferences).toEqual({});
  for (const list of ['clusters', 'users', 'contexts'] as const) {
    expect(merged[list]).toContainEqual(made[list][0]);
  }
  expect(merged.contexts).toHaveLength(2);
});

test('what was added before is replaced', () => {
  const again = makeKubeconfig('calb-sim', { ...access, token: 'other' });
  const merged = parse(mergeKubeconfig(mergeKubeconfig(mine, made), again));
  expect(merged.users).toEqual([{ name: 'calb-sim', user: { token: 'other' } }]);
  expect(merged.clusters).toHaveLength(2);
});

test.each(['kind: Config: x', 'kind: Pod', '- a', 'just text'])('%j is not overwritten', (text) => {
  expect(() => mergeKubeconfig(text, made)).toThrow();
});
