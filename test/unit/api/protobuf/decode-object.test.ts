import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeObject } from '../../../../src/api/protobuf/decode-object.ts';
import { ProtobufError } from '../../../../src/api/protobuf/wire-reader.ts';
import { type EncodedField, encode, envelope } from './encode.ts';

describe('objects as typed clients send them', () => {
  test('a Secret: bytes become base64; what nobody set is left out', () => {
    const message = encode([
      [
        1,
        [
          [1, 'tls'],
          [2, ''],
          [3, 'team-a'],
          [5, ''],
          [7, 0],
          [8, []],
          [
            11,
            [
              [1, 'a'],
              [2, 'b'],
            ],
          ],
          [
            11,
            [
              [1, 'c'],
              [2, ''],
            ],
          ],
        ],
      ],
      [
        2,
        [
          [1, 'tls.crt'],
          [2, Buffer.from([0, 255, 16])],
        ],
      ],
      [3, 'kubernetes.io/tls'],
    ]);
    expect(decodeObject(envelope('v1', 'Secret', message))).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'tls', namespace: 'team-a', labels: { a: 'b', c: '' } },
      data: { 'tls.crt': 'AP8Q' },
      type: 'kubernetes.io/tls',
    });
  });

  test('a Deployment: inlined parts, pointers to zero, quantities, ports as number or text', () => {
    const probe: EncodedField = [
      11,
      [
        [
          1,
          [
            [
              2,
              [
                [1, '/healthz'],
                [
                  2,
                  [
                    [1, 1],
                    [2, 0],
                    [3, 'http'],
                  ],
                ],
              ],
            ],
          ],
        ],
        [2, 0],
      ],
    ];
    const container: EncodedField = [
      2,
      [
        [1, 'app'],
        [2, 'echo'],
        [
          6,
          [
            [1, ''],
            [2, 0],
            [3, 3000],
          ],
        ],
        [
          8,
          [
            [
              1,
              [
                [1, 'memory'],
                [2, [[1, '1Gi']]],
              ],
            ],
          ],
        ],
        [
          9,
          [
            [1, 'data'],
            [2, 0],
            [3, '/data'],
          ],
        ],
        probe,
      ],
    ];
    const volume: EncodedField = [
      1,
      [
        [1, 'data'],
        [2, [[2, [[1, '']]]]],
      ],
    ];
    const message = encode([
      [1, [[1, 'web']]],
      [
        2,
        [
          [1, 0],
          [
            2,
            [
              [
                1,
                [
                  [1, 'app'],
                  [2, 'web'],
                ],
              ],
            ],
          ],
          [
            3,
            [
              [1, []],
              [2, [volume, container]],
            ],
          ],
          [4, []],
        ],
      ],
    ]);
    expect(decodeObject(envelope('apps/v1', 'Deployment', message))).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'web' } },
        template: {
          spec: {
            volumes: [{ name: 'data', emptyDir: {} }],
            containers: [
              {
                name: 'app',
                image: 'echo',
                ports: [{ containerPort: 3000 }],
                resources: { limits: { memory: '1Gi' } },
                volumeMounts: [{ name: 'data', mountPath: '/data' }],
                readinessProbe: { httpGet: { path: '/healthz', port: 'http' } },
              },
            ],
          },
        },
      },
    });
  });

  test('times, negative numbers, and fields of a newer version', () => {
    const message = encode([
      [
        1,
        [
          [1, 'x'],
          [
            8,
            [
              [1, 1_700_000_000],
              [2, 0],
            ],
          ],
          [10, -5],
          [99, 'new'],
          [98, 7],
        ],
      ],
      [
        2,
        [
          [1, 'a'],
          [2, 'b'],
        ],
      ],
    ]);
    expect(decodeObject(envelope('v1', 'ConfigMap', message))).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', creationTimestamp: '2023-11-14T22:13:20Z', deletionGracePeriodSeconds: -5 },
      data: { a: 'b' },
    });
  });

  test('options of a DELETE come in the group of what is deleted', () => {
    const message = encode([
      [4, 'Background'],
      [5, 'All'],
      [2, [[1, 'uid-1']]],
    ]);
    expect(decodeObject(envelope('apps/v1', 'DeleteOptions', message))).toMatchObject({
      propagationPolicy: 'Background',
      dryRun: ['All'],
      preconditions: { uid: 'uid-1' },
    });
  });
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['JSON', Buffer.from('{"kind":"Secret"}')],
  ['a kind that is not known', envelope('v1', 'Widget', Buffer.alloc(0))],
  ['a kind of another group', envelope('example.com/v1', 'Secret', Buffer.alloc(0))],
  ['a name that every object has', envelope('v1', 'constructor', Buffer.alloc(0))],
  ['a cut-off message', envelope('v1', 'Secret', encode([[1, [[1, 'tls']]]]).subarray(0, -1))],
  ['a text that is no UTF-8', envelope('v1', 'Secret', encode([[3, Buffer.from([0xff])]]))],
  ['a number where a text is', envelope('v1', 'Secret', encode([[3, 7]]))],
  ['a group', envelope('v1', 'Secret', Buffer.from([0x0b]))],
  ['field 0', envelope('v1', 'Secret', Buffer.from([0x02, 0x00]))],
  ['an endless number', envelope('v1', 'Secret', Buffer.alloc(20, 0xff))],
  [
    'a length beyond everything',
    envelope('v1', 'Secret', Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])),
  ],
])('refuses %s', (_, body) => {
  expect(() => decodeObject(body)).toThrow(ProtobufError);
});

test('a body of millions of empty messages costs little', () => {
  const containers = Buffer.alloc(3_000_000, Buffer.from([0x12, 0x00]));
  const startedAt = performance.now();
  expect(() => decodeObject(envelope('v1', 'Pod', encode([[2, containers]])))).toThrow(
    /more than 200000 values/,
  );
  expect(performance.now() - startedAt).toBeLessThan(2000);
});

test('any bytes give an object or a ProtobufError, and end', () => {
  const kinds = fc.constantFrom(['v1', 'Secret'], ['v1', 'Pod'], ['apps/v1', 'Deployment'], ['v1', 'Event'], [
    'v1',
    'DeleteOptions',
  ] as const);
  const field: fc.Arbitrary<EncodedField> = fc.letrec<{ field: EncodedField }>((tie) => ({
    field: fc.tuple(
      fc.integer({ min: 1, max: 20 }),
      fc.oneof(
        { depthSize: 'medium' },
        fc.string(),
        fc.uint8Array({ maxLength: 8 }),
        fc.integer(),
        fc.array(tie('field'), { maxLength: 4 }),
      ),
    ),
  })).field;
  const message = fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.array(field, { maxLength: 5 }).map(encode));
  fc.assert(
    fc.property(kinds, message, fc.nat(), ([apiVersion = '', kind = ''], bytes, cut) => {
      const body = envelope(apiVersion, kind, bytes);
      for (const sent of [body, body.subarray(0, cut % (body.length + 1)), bytes]) {
        try {
          expect(typeof decodeObject(sent)).toBe('object');
        } catch (error) {
          expect(error).toBeInstanceOf(ProtobufError);
        }
      }
    }),
    { numRuns: 3000 },
  );
});
