import { startEcho } from '../../../sample-apps/echo/app.ts';
import { startHttpbin } from '../../../sample-apps/httpbin/app.ts';
import { runHost } from './run-host.ts';

// Entry point of the pod host: `node host.js RUN_FOLDER`, started by HostClient with an IPC channel.
const [runFolder] = process.argv.slice(2);
if (runFolder === undefined || process.send === undefined) {
  process.stderr.write('The pod host is started by calb-sim itself.\n');
  process.exitCode = 2;
} else {
  process.title = 'calb-sim-pods';
  runHost({ runFolder, apps: { echo: startEcho, httpbin: startHttpbin } });
}
