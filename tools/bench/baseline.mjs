import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Static configuration that does what the quickstart's Gateway does: one listener, one route, one backend, no logging. */
export function staticConfiguration({ address, port, backend, prefix = '/', host = '*' }) {
  return {
    static_resources: {
      listeners: [
        {
          name: 'http',
          address: { socket_address: { address, port_value: port } },
          enable_reuse_port: false,
          filter_chains: [{ filters: [connectionManager(host, prefix)] }],
        },
      ],
      clusters: [
        {
          name: 'backend',
          type: 'STATIC',
          connect_timeout: '10s',
          lb_policy: 'LEAST_REQUEST',
          load_assignment: {
            cluster_name: 'backend',
            endpoints: [
              {
                lb_endpoints: [
                  {
                    endpoint: {
                      address: { socket_address: { address: backend.address, port_value: backend.port } },
                    },
                  },
                ],
              },
            ],
          },
        },
      ],
    },
  };
}

function connectionManager(host, prefix) {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type':
        'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
      stat_prefix: 'http',
      use_remote_address: true,
      normalize_path: true,
      merge_slashes: true,
      route_config: {
        name: 'http',
        virtual_hosts: [
          { name: 'all', domains: [host], routes: [{ match: { prefix }, route: { cluster: 'backend' } }] },
        ],
      },
      http_filters: [
        {
          name: 'envoy.filters.http.router',
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
            suppress_envoy_headers: true,
          },
        },
      ],
    },
  };
}

/** Arguments of the bare Envoy: one worker, no hot restart, as calb-sim runs it. */
export const bareArguments = ['--disable-hot-restart', '--concurrency', '1', '--log-level', 'error'];

/** Starts Envoy on a static file. */
export function startBareEnvoy(binary, configuration) {
  const folder = mkdtempSync(join(tmpdir(), 'cb-bare-'));
  const file = join(folder, 'envoy.json');
  writeFileSync(file, JSON.stringify(configuration));
  const child = spawn(binary, ['-c', file, ...bareArguments], { stdio: 'ignore' });
  return stoppable(child, () => rmSync(folder, { recursive: true, force: true }));
}

const nodeServer =
  'require("node:http").createServer((q,s)=>{s.end("ok")}).listen(+process.argv[1],process.argv[2])';

/** Starts a Node that answers every request, as the barest backend. */
export function startBareNode(address, port) {
  const child = spawn(process.execPath, ['-e', nodeServer, String(port), address], { stdio: 'ignore' });
  return stoppable(child, () => {});
}

function stoppable(child, cleanUp) {
  const ended = new Promise((resolve) => child.on('close', resolve));
  return {
    async stop() {
      child.kill('SIGKILL');
      await ended;
      cleanUp();
    },
  };
}
