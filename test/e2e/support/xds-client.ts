import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { NodeSchema } from '../../../src/gen/envoy/envoy/config/core/v3/base_pb.js';
import {
  type DeltaDiscoveryRequest,
  DeltaDiscoveryRequestSchema,
  DeltaDiscoveryResponseSchema,
} from '../../../src/gen/envoy/envoy/service/discovery/v3/discovery_pb.js';
import type { Instance } from './instance.ts';
import { fileInContainer, runtimeUnderTest } from './runtime-under-test.ts';
import type { Workspace } from './workspace.ts';

/** What a tenant's Envoy was told at its start. */
export interface Credentials {
  readonly target: string;
  readonly serverName: string;
  readonly caCertificate: string;
  /** `Bearer …` */
  readonly authorization: string;
}

/** What the bootstrap of a tenant's Envoy says, as this user can read it. */
export function credentialsOf(instance: Instance, tenant: string): Credentials {
  const text =
    runtimeUnderTest === 'docker'
      ? fileInContainer(instance.envoyOf(tenant), '/run/calb/boot/bootstrap.json')
      : bootstrapFile(instance.workspace, tenant);
  const read = (pattern: RegExp) => {
    const found = pattern.exec(text)?.[1];
    if (found === undefined) throw new Error(`the bootstrap has nothing like ${pattern}`);
    return found;
  };
  const target = (): string => {
    if (!text.includes('"pipe":{"path":"/run/calb/cp')) {
      const address = read(/"load_assignment":.*?"address":\s*"([\d.]+)"/s);
      return `${address}:${read(/"load_assignment":.*?"port_value":\s*(\d+)/s)}`;
    }
    const [socket] = instance.workspace.runtimeSockets('cp.sock');
    if (socket === undefined) throw new Error('the control plane has no socket');
    return `unix:${socket}`;
  };
  return {
    target: target(),
    serverName: read(/"sni":\s*"([^"]+)"/),
    caCertificate: JSON.parse(`"${read(/"inline_string":\s*"(-----BEGIN CERTIFICATE[^"]+)"/)}"`) as string,
    authorization: read(/"(Bearer [^"]+)"/),
  };
}

function bootstrapFile(workspace: Workspace, tenant: string): string {
  const file = readdirSync(workspace.root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === 'bootstrap.json')
    .map((entry) => join(entry.parentPath, entry.name))
    .find((path) => path.includes(`/${tenant}/`));
  if (file === undefined) throw new Error(`no bootstrap of ${tenant}`);
  return readFileSync(file, 'utf8');
}

/** What a stream came to: names of the resources that it was sent, or why it was refused. */
export type StreamOutcome = { readonly resources: readonly string[] } | { readonly refused: number };

export interface Subscription {
  readonly credentials: Credentials;
  /** Sent as `authorization`; nothing where it is undefined. */
  readonly authorization: string | undefined;
  /** The tenant that the client says it is. */
  readonly cluster: string;
}

const method = '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources';

/** Opens a delta stream as an Envoy does and asks for all clusters. */
export function askForClusters({
  credentials: known,
  authorization,
  cluster,
}: Subscription): Promise<StreamOutcome> {
  const client = new Client(known.target, credentials.createSsl(Buffer.from(known.caCertificate)), {
    'grpc.ssl_target_name_override': known.serverName,
  });
  const metadata = new Metadata();
  if (authorization !== undefined) metadata.set('authorization', authorization);
  const stream = client.makeBidiStreamRequest(
    method,
    (request: DeltaDiscoveryRequest) => Buffer.from(toBinary(DeltaDiscoveryRequestSchema, request)),
    (bytes: Buffer) => fromBinary(DeltaDiscoveryResponseSchema, bytes),
    metadata,
  );
  stream.write(
    create(DeltaDiscoveryRequestSchema, {
      node: create(NodeSchema, { id: cluster, cluster }),
      typeUrl: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
    }),
  );
  return new Promise<StreamOutcome>((resolve) => {
    stream.on('data', (response: { resources: readonly { name: string }[] }) =>
      resolve({ resources: response.resources.map(({ name }) => name) }),
    );
    stream.on('error', (error: ServiceError) => resolve({ refused: error.code }));
  }).finally(() => {
    stream.cancel();
    client.close();
  });
}
