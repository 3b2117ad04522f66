import { startEcho } from '../../../sample-apps/echo/app.ts';
import { startHttpbin } from '../../../sample-apps/httpbin/app.ts';
import type { OpenHost } from './host-protocol.ts';
import { runHost } from './run-host.ts';

// Entry point of the pod host: `node host.cjs [RUN_FOLDER]`, started with an IPC channel by HostClient, or before it by
// bin/early-pod-host.js: then the first message brings the folder, or the parent ends and this process with it.
const [runFolder] = process.argv.slice(2);
if (process.send === undefined) {
  process.stderr.write('The pod host is started by calb-sim itself.\n');
  process.exitCode = 2;
} else {
  process.title = 'calb-sim-pods';
  const apps = { echo: startEcho, httpbin: startHttpbin };
  if (runFolder !== undefined) runHost({ runFolder, apps });
  else process.once('message', (open: OpenHost) => runHost({ runFolder: open.runFolder, apps }));
}
