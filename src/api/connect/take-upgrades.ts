import type { IncomingMessage, Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Serving } from '../answer-request.ts';
import type { JsonReply } from '../route.ts';

/**
 * Has a server answer requests to upgrade. Once somebody listens for them they no longer come as requests.
 *
 * @param refusalOf why a request is not taken, whatever it asks for
 */
export function takeUpgrades(
  server: Server | TlsServer,
  serving: Serving,
  refusalOf: (request: IncomingMessage) => JsonReply | undefined = () => undefined,
): void {
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    serving.upgraded.add(socket);
    socket.once('close', () => serving.upgraded.delete(socket));
    const refusal = refusalOf(request);
    // Few ask for it: not everybody has to load it.
    void import('./answer-upgrade.ts')
      .then(({ answerUpgrade, refuseUpgrade }) => {
        const upgrade = { request, socket, head };
        if (refusal !== undefined) refuseUpgrade(upgrade, refusal);
        else return answerUpgrade(upgrade, serving);
      })
      .catch(() => socket.destroy());
  });
}
