import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LiveApi, startLiveApi } from '../../../fixtures/live-api.ts';
import { configMap, configMaps, merge } from './objects.ts';

let api: LiveApi;

beforeEach(async () => {
  api = await startLiveApi();
});

afterEach(() => api.close());

describe('files and API together', () => {
  const declared = JSON.stringify(configMap('c'));

  test('what is written runs, until its file is saved again', async () => {
    api.save('c.yaml', declared);
    await api.call('PATCH', `${configMaps}/c`, { data: { a: 'written' } }, merge);
    expect((await api.call('GET', `${configMaps}/c`)).body.data).toEqual({ a: 'written' });
    api.save('c.yaml', declared);
    expect((await api.call('GET', `${configMaps}/c`)).body.data).toEqual({ a: 'b' });
    await api.call('DELETE', `${configMaps}/c`);
    expect((await api.call('GET', `${configMaps}/c`)).status).toBe(404);
    api.save('c.yaml', declared);
    expect((await api.call('GET', `${configMaps}/c`)).status).toBe(200);
  });

  test('an object of the API outlives saves, and a label keeps a built-in what it is', async () => {
    await api.call('POST', configMaps, configMap('mine'));
    api.save('c.yaml', declared);
    expect((await api.call('GET', `${configMaps}/mine`)).status).toBe(200);
    const eg = '/apis/gateway.networking.k8s.io/v1/gatewayclasses/eg';
    const { body: before } = await api.call('GET', eg);
    const { body: after } = await api.call('PATCH', eg, { metadata: { labels: { a: 'b' } } }, merge);
    expect(after.metadata).toMatchObject({ uid: before.metadata.uid, generation: 1, labels: { a: 'b' } });
    expect((await api.call('DELETE', eg)).status).toBe(200);
    api.save('c.yaml', `${declared}\n`);
    expect((await api.call('GET', eg)).status).toBe(404);
  });

  test('the stream of events says what was written and by whom', async () => {
    const seq = api.session.state.nextSeq - 1;
    await api.call('POST', `${configMaps}?fieldManager=kubectl-create`, configMap('a'));
    await api.call('PATCH', `${configMaps}/a`, { data: { a: 'c' } }, merge);
    await api.call('PATCH', `${configMaps}/a`, { data: { a: 'c' } }, merge);
    await api.call('DELETE', `${configMaps}/a`);
    const told = api.session.log.since(seq).filter(({ type }) => type === 'ObjectChanged');
    expect(told).toMatchObject([
      { resource: 'ConfigMap/default/a', change: 'created', by: 'kubectl-create' },
      { change: 'configured', by: 'tester' },
      { change: 'deleted', by: 'tester' },
    ]);
  });
});
