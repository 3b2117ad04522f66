import { expect, test } from 'vitest';
import { parseFieldQuery } from '../../../../src/api/read/field-query.ts';
import { parseLabelQuery } from '../../../../src/api/read/label-query.ts';
import { findKind, type Kind } from '../../../../src/resources/kinds.ts';
import { object } from '../fake-state.ts';

const labels = { app: 'web', tier: 'front', weight: '5', 'example.com/role': 'main' };

test.each([
  ['', true],
  ['app=web', true],
  ['app==web,tier=front', true],
  ['app=web,tier=back', false],
  ['app!=db', true],
  ['absent!=db', true],
  ['app!=web', false],
  ['app in (web, db)', true],
  ['app in (db),tier', false],
  ['app notin (web)', false],
  ['absent notin (web)', true],
  ['tier', true],
  ['!tier', false],
  ['!absent', true],
  ['weight>4', true],
  ['weight<5', false],
  ['app>1', false],
  ['example.com/role=main', true],
  ['absent=', false],
])('the label selector %j selects: %s', (text, isSelected) => {
  expect(parseLabelQuery(text)(labels)).toBe(isSelected);
});

test.each(['a b', 'a in b', 'a in (b', '=b', 'a=b,,c', 'a>b', '!'])(
  'refuses the label selector %j',
  (text) => {
    expect(() => parseLabelQuery(text)).toThrow('unable to parse requirement');
  },
);

function kind(name: string): Kind {
  const found = findKind(name);
  if (found === undefined) throw new Error(name);
  return found;
}

const pod = object('Pod', 'v1', ['team-a', 'web-1'], {
  spec: { nodeName: 'calb-sim' },
  status: { phase: 'Running' },
});

test.each([
  ['', true],
  ['metadata.name=web-1', true],
  ['metadata.name==web-1,metadata.namespace=team-a', true],
  ['metadata.namespace!=team-a', false],
  ['status.phase=Running,spec.nodeName=calb-sim', true],
  ['status.phase!=Running', false],
  ['status.podIP=', true],
])('the field selector %j selects: %s', (text, isSelected) => {
  expect(parseFieldQuery(text, kind('pods'))(pod)).toBe(isSelected);
});

test('an Event is found by what it is about, and refuses fields that it has not', () => {
  const event = { ...object('Event', 'v1', ['team-a', 'e']), involvedObject: { kind: 'Pod', name: 'web-1' } };
  const about = parseFieldQuery('involvedObject.kind=Pod,involvedObject.name=web-1', kind('events'));
  expect(about(event)).toBe(true);
  expect(() => parseFieldQuery('spec.nodeName=x', kind('events'))).toThrow('field label not supported');
  expect(() => parseFieldQuery('metadata.name', kind('events'))).toThrow('invalid selector');
});
