import { connectEngine } from '../../src/runtime/docker/engine/connect-engine.ts';
import type { Engine } from '../../src/runtime/docker/engine/engine.ts';
import { EngineUnavailable } from '../../src/runtime/docker/engine/engine-unavailable.ts';
import { engineArchitecture } from '../../src/runtime/docker/images/engine-architecture.ts';
import { imageLabel } from '../../src/runtime/docker/images/own-image-ids.ts';
import { findDockerRemains } from '../../src/runtime/docker/ownership/remove-remains.ts';
import { count } from '../output/list-words.ts';
import { emulatedArchitectures, examineDisk } from './check-system.ts';
import { type Check, type Environment, type Finding, missing, note, ok } from './finding.ts';

/** How long an engine may take to answer, milliseconds: less than the check. */
const engineMs = 1000;

/** A clock that is off by more makes certificates and logs wrong, milliseconds. */
const skewMs = 2000;

/** The engine and what it needs to run tenants in containers. */
export const dockerCheck: Check = {
  name: 'docker',
  run: async (env) => {
    let engine: Engine;
    try {
      engine = await connectEngine({ env, timeoutMs: engineMs });
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) throw error;
      return [withoutEngine(error, env)];
    }
    const aspects = [architecture(engine), disk(engine), images(engine), clock(engine), remains(engine)];
    const results = await Promise.all(aspects);
    return [describeEngine(engine), ...results.flat()];
  },
};

/** Processes do without one; who asked for containers does not. */
function withoutEngine({ message, hint }: EngineUnavailable, env: Environment): Finding {
  if (env.CALB_SIM_RUNTIME === 'docker') return missing(`CALB_SIM_RUNTIME=docker: ${message}`, hint);
  return note(`${message}; Envoys run as processes`, hint);
}

function describeEngine({ version, apiVersion, where, kind, isLocal, cgroupVersion }: Engine): Finding {
  const names = {
    docker: 'Docker',
    'docker-desktop': 'Docker Desktop',
    rootless: 'Docker',
    podman: 'Podman',
  };
  const mode = kind === 'rootless' ? ', rootless' : '';
  const text = `${names[kind]} ${version}, API ${apiVersion}, at ${where}, cgroup v${cgroupVersion}${mode}`;
  if (!isLocal) {
    return note(
      `${text}: its containers are not on this machine, and are not used`,
      'unset DOCKER_HOST, or docker context use default',
    );
  }
  // What was never tried may work.
  return kind === 'docker' ? ok(text) : note(`${text}: not tested, tell us how it goes`);
}

function architecture(engine: Engine): readonly Finding[] {
  const own = engineArchitecture(engine.architecture);
  const emulated = emulatedArchitectures();
  const more = emulated.length === 0 ? '' : `; others by emulation: ${emulated.join(', ')}`;
  const text = `containers run programs for ${own}${more}`;
  if (own === engineArchitecture(process.arch)) return [ok(text)];
  return [note(`${text}; Envoy and Node of this machine are for ${process.arch}: images are pulled instead`)];
}

async function disk({ isLocal, dataRoot }: Engine): Promise<readonly Finding[]> {
  if (!isLocal || dataRoot === '') return [];
  // Only root may look into the folder itself; the file system's figures are everybody's.
  return [await examineDisk(dataRoot)];
}

async function images({ docker }: Engine): Promise<readonly Finding[]> {
  const own = await docker.listImages({ filters: { label: [imageLabel] } });
  const kinds = new Set(own.map(({ Labels: labels }) => labels[imageLabel]));
  if (kinds.has('envoy') && kinds.has('node')) return [ok('the images of Envoy and Node are there')];
  return [ok('the images of Envoy and Node are made by the first calb-sim up, in about 2 s')];
}

async function clock({ docker }: Engine): Promise<readonly Finding[]> {
  const info = (await docker.info()) as { readonly SystemTime?: string };
  const off = Math.abs(Date.parse(info.SystemTime ?? '') - Date.now());
  if (!(off > skewMs)) return [];
  return [note(`the engine's clock is off by ${Math.round(off / 1000)} s`, 'restart the engine')];
}

async function remains({ docker }: Engine): Promise<readonly Finding[]> {
  const { containers, networks } = await findDockerRemains({ docker });
  if (containers.length + networks.length === 0) return [];
  const what = `${count(containers.length, 'container')} and ${count(networks.length, 'network')}`;
  return [note(`${what} were left by instances that were killed`, 'calb-sim down')];
}
