import type { ServerResponse } from 'node:http';
import type { Reply } from '../route.ts';

/** `GET /version`, in the shape of Kubernetes. The version is that of the API machinery that this API resembles. */
export function getVersion(): Reply {
  return {
    status: 200,
    body: {
      major: '1',
      minor: '34',
      gitVersion: 'v1.34.0+calb-sim',
      gitCommit: '',
      gitTreeState: 'clean',
      buildDate: '1970-01-01T00:00:00Z',
      goVersion: '',
      compiler: '',
      platform: '',
    },
  };
}

/** `GET /healthz`, `/readyz`, `/livez`. */
export function getHealth(): Reply {
  return {
    stream: (response: ServerResponse) => {
      response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end('ok');
    },
  };
}
