import { request } from 'node:http';
import { requestEventsRuntimeKey } from '../xds/names.ts';

/**
 * Tells an Envoy, through the unix socket of its admin interface, to report only this share of its requests. Acts at
 * once, without a change of its listeners. The runtime key is read by the access logger's filter.
 *
 * @param percent 0 to 100, whole
 */
export function setSampling(adminSocketPath: string, percent: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request({
      socketPath: adminSocketPath,
      method: 'POST',
      path: `/runtime_modify?${requestEventsRuntimeKey}=${percent}`,
      timeout: 1000,
    });
    call.once('response', (response) => {
      response.resume();
      response.once('end', resolve);
    });
    call.once('timeout', () => call.destroy(new Error('the admin interface does not answer')));
    call.once('error', reject);
    call.end();
  });
}
