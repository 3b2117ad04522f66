import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { BootstrapJson } from '../../../src/gen/envoy/envoy/config/bootstrap/v3/bootstrap_pb.js';
import { buildBootstrap } from '../../../src/xds/bootstrap.ts';
import { type Certificates, makeCertificates } from '../../fixtures/certificates.ts';
import { requiredEnvoy, skipWithoutEnvoy } from '../../fixtures/envoy.ts';
import { staticBootstrap } from '../../fixtures/static-bootstrap.ts';
import { tenant } from '../../fixtures/tenant.ts';

const run = promisify(execFile);
/** A missing limit of connections is the test's own doing. */
const warning = /\[(warning|error|critical)\](?!.*global_downstream_max_connections)/;
const golden = fileURLToPath(new URL('../../golden/xds/', import.meta.url));
const suffix = '.model.yaml';
const names = readdirSync(golden).flatMap((file) =>
  file.endsWith(suffix) ? [file.slice(0, -suffix.length)] : [],
);

describe.skipIf(skipWithoutEnvoy)('Envoy accepts', () => {
  let folder: string;
  let certificates: Certificates;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'calb-sim-validate-'));
    certificates = await makeCertificates('example.com');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Envoy's exit and everything that it says at the level of warnings. */
  async function validate(bootstrap: object): Promise<string> {
    const file = join(folder, 'bootstrap.json');
    writeFileSync(file, JSON.stringify(bootstrap));
    const { stdout, stderr } = await run(requiredEnvoy(), [
      '--mode',
      'validate',
      '--log-level',
      'warning',
      '-c',
      file,
    ]);
    return stdout + stderr;
  }

  it.each(names)('the golden %s', async (name) => {
    const text = readFileSync(join(golden, name + suffix), 'utf8');
    const model = parse(text, (key, value) =>
      ['authorities', 'pem'].includes(String(key)) && value === 'PEM' ? certificates.certificate : value,
    );
    for (const secret of model.secrets ?? []) {
      secret.certificateChain = certificates.certificate;
      secret.privateKey = certificates.privateKey;
    }
    const options = {
      accessLogPath: join(folder, 'access.log'),
      eventLogPath: join(folder, 'events'),
      requestEvents: true,
      sharesListeners: false,
    };
    const said = await validate(staticBootstrap(tenant(model), options));
    expect(said).toContain('OK');
    expect(said).not.toMatch(warning);
  });

  it('the bootstrap, without a warning', async () => {
    const bootstrap: BootstrapJson = buildBootstrap({
      tenant: 'team-a',
      adminSocketMode: 0o600,
      controlPlane: {
        at: { address: '127.0.0.1', port: 18_000 },
        token: 'token',
        caCertificate: certificates.ca,
        serverName: 'example.com',
      },
      adminSocketPath: join(folder, 'admin.sock'),
      eventLogPath: join(folder, 'events'),
    });
    const said = await validate(bootstrap);
    expect(said).toContain('OK');
    expect(said).not.toMatch(warning);
  });
});
