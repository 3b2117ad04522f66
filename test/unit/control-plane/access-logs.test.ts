import { create, toBinary } from '@bufbuild/protobuf';
import {
  Client,
  type ClientWritableStream,
  credentials as channelCredentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAccessLogMessage } from '../../../src/control-plane/wire/access-log-message.ts';
import {
  type HTTPAccessLogEntry,
  HTTPAccessLogEntrySchema,
} from '../../../src/gen/envoy/envoy/data/accesslog/v3/accesslog_pb.js';
import { StreamAccessLogsMessageSchema } from '../../../src/gen/envoy/envoy/service/accesslog/v3/als_pb.js';
import type { AccessLogEntry } from '../../../src/model/access-log-entry.ts';
import {
  addressOf,
  eventsOf,
  snapshotOf,
  startTestControlPlane,
  type TestControlPlane,
} from '../../fixtures/control-plane.ts';
import { tenant } from '../../fixtures/tenant.ts';

const entry = create(HTTPAccessLogEntrySchema, {
  protocolVersion: 2,
  commonProperties: {
    startTime: { seconds: 1_764_000_000n, nanos: 250_000_000 },
    duration: { seconds: 1n, nanos: 500_000 },
    timeToLastDownstreamTxByte: { seconds: 1n, nanos: 0 },
    upstreamRemoteAddress: {
      address: {
        case: 'socketAddress',
        value: { address: '127.1.2.3', portSpecifier: { case: 'portValue', value: 3000 } },
      },
    },
    upstreamCluster: 'service/team-a/web/80',
    routeName: 'httproute/team-a/web/rule/0/match/0/*',
    responseFlags: { upstreamConnectionFailure: true, upstreamRetryLimitExceeded: true },
    upstreamRequestAttemptCount: 3,
    metadata: { filterMetadata: { any: { fields: {} } } },
    customTags: { a: 'b' },
  },
  request: {
    requestMethod: 3,
    authority: 'www.example.com:8080',
    path: '/to',
    originalPath: '/from?x=1',
    userAgent: 'curl',
  },
  response: {
    responseCode: 503,
    responseCodeDetails: 'upstream_reset',
    responseHeaders: { x: 'y' },
  },
});

const expected: AccessLogEntry = {
  startTimeMs: 1_764_000_000_250,
  durationMs: 1000.5,
  method: 'POST',
  host: 'www.example.com:8080',
  path: '/from?x=1',
  status: 503,
  responseFlags: ['UF', 'URX'],
  responseCodeDetails: 'upstream_reset',
  route: 'httproute/team-a/web/rule/0/match/0/*',
  cluster: 'service/team-a/web/80',
  upstreamAddress: '127.1.2.3:3000',
  attemptCount: 3,
};

function message(entries: readonly HTTPAccessLogEntry[], node?: string, logName = 'calb'): Buffer {
  return Buffer.from(
    toBinary(
      StreamAccessLogsMessageSchema,
      create(StreamAccessLogsMessageSchema, {
        ...(node !== undefined && { identifier: { logName, node: { id: node, cluster: node } } }),
        logEntries: { case: 'httpLogs', value: { logEntry: [...entries] } },
      }),
    ),
  );
}

describe('an access log message', () => {
  test('is read into what the project knows of a request', () => {
    expect(readAccessLogMessage(message([entry, entry], 'team-a'))).toEqual({
      node: { id: 'team-a', cluster: 'team-a', version: undefined },
      logName: 'calb',
      entries: [expected, expected],
    });
  });

  test('of a request that reached no backend has empty fields', () => {
    const bare = create(HTTPAccessLogEntrySchema, {
      commonProperties: {
        responseFlags: { noRouteFound: true },
        timeToLastDownstreamTxByte: { nanos: 2_000_000 },
      },
      request: { requestMethod: 1, authority: 'x', path: '/' },
      response: { responseCode: 404 },
    });
    expect(readAccessLogMessage(message([bare])).entries).toEqual([
      {
        ...{ startTimeMs: 0, durationMs: 2, method: 'GET', host: 'x', path: '/', status: 404 },
        ...{ responseFlags: ['NR'], responseCodeDetails: '', route: '', cluster: '', upstreamAddress: '' },
        attemptCount: 0,
      },
    ]);
  });

  test('that is cut off is refused, not misread', () => {
    const whole = message([entry], 'team-a');
    expect(() => readAccessLogMessage(whole.subarray(0, whole.length - 3))).toThrow(RangeError);
  });
});

const passBytes = (bytes: Buffer): Buffer => bytes;

describe('the access log service', () => {
  let plane: TestControlPlane;
  const clients: Client[] = [];
  beforeEach(async () => {
    plane = await startTestControlPlane();
    plane.controlPlane.setSnapshot(snapshotOf(tenant({})), undefined);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await plane.controlPlane.close();
  });

  async function open(
    token?: string,
  ): Promise<{ stream: ClientWritableStream<Buffer>; end: Promise<ServiceError | null> }> {
    const { address, port } = addressOf(plane.controlPlane);
    const { caCertificate, serverName } = plane.controlPlane.credentials('team-a');
    const client = new Client(
      `${address}:${port}`,
      channelCredentials.createSsl(Buffer.from(caCertificate)),
      {
        'grpc.ssl_target_name_override': serverName,
      },
    );
    clients.push(client);
    const metadata = new Metadata();
    if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
    let resolve: (error: ServiceError | null) => void = () => {};
    const end = new Promise<ServiceError | null>((settle) => {
      resolve = settle;
    });
    const stream = client.makeClientStreamRequest(
      '/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs',
      passBytes,
      passBytes,
      metadata,
      (error) => resolve(error),
    );
    stream.on('error', () => {});
    return { stream, end };
  }

  const token = async (name: string): Promise<string> => plane.controlPlane.credentials(name).token;

  test('reports what it is sent, in order, with the tenant of the token', async () => {
    const { end, stream } = await open(await token('team-a'));
    stream.write(message([entry], 'team-a'));
    for (let i = 0; i < 50; i += 1) stream.write(message([entry]));
    stream.end();
    expect(await end).toBeNull();
    const events = eventsOf(plane.events, 'access-log');
    expect(events.flatMap(({ entries }) => entries)).toHaveLength(51);
    expect(events[0]?.tenant).toBe('team-a');
    expect(events[0]?.entries[0]).toEqual(expected);
  });

  test.each([
    ['no token', async (): Promise<string | undefined> => undefined, message([entry], 'team-a'), 16],
    ["another tenant's token", () => token('team-b'), message([entry], 'team-a'), 7],
    ['no node', () => token('team-a'), message([entry]), 16],
    ['another log', () => token('team-a'), message([entry], 'team-a', 'other'), 7],
    ['bytes that are no message', () => token('team-a'), Buffer.from([0x0a, 0x7f]), 16],
  ] as const)('refuses a stream with %s', async (_what, tokenOf, first, code) => {
    const { end, stream } = await open(await tokenOf());
    stream.write(first);
    expect((await end)?.code).toBe(code);
    expect(eventsOf(plane.events, 'access-log')).toEqual([]);
  });
});
