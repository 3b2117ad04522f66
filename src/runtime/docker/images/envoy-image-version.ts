import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type Dockerode from 'dockerode';
import { isAtLeast, oldestEnvoy, parseEnvoyVersion } from '../../process/envoy-version.ts';
import { engineWords } from './explain-failure.ts';
import { envoyPath } from './image-paths.ts';
import { ImageUnavailable } from './image-unavailable.ts';

export interface EnvoyVersionOptions {
  readonly docker: Dockerode;
  /** An image that the engine has. */
  readonly image: string;
  /** Of the container that is started for a moment. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The version of an image's Envoy, such as `1.40.0`: asks it, which takes about half a second.
 *
 * @throws {ImageUnavailable} when there is none, or it is too old
 */
export async function readEnvoyVersion(options: EnvoyVersionOptions): Promise<string> {
  const { image } = options;
  const output = await run(options).catch((error: unknown) => engineWords(error));
  const version = parseEnvoyVersion(output);
  if (version === undefined) throw unusable(image, `has no Envoy that runs: ${output.trim().slice(0, 300)}`);
  if (isAtLeast(version, oldestEnvoy)) return version;
  throw unusable(image, `has Envoy ${version}; at least ${oldestEnvoy.join('.')} is needed`);
}

/** All that `envoy --version` writes. */
async function run({ docker, image, labels }: EnvoyVersionOptions): Promise<string> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: [envoyPath],
    Cmd: ['--version'],
    Labels: { ...labels },
    HostConfig: {
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      LogConfig: { Type: 'none', Config: {} },
    },
  });
  try {
    const stream = await container.attach({ stream: true, hijack: true, stdout: true, stderr: true });
    const output = new PassThrough();
    container.modem.demuxStream(stream, output, output);
    stream.once('end', () => output.end()).once('error', () => output.end());
    await container.start();
    return await text(output);
  } finally {
    await container.remove({ force: true, v: true }).catch(() => undefined);
  }
}

function unusable(image: string, what: string): ImageUnavailable {
  return new ImageUnavailable(image, 'failed', {
    message: `${image} ${what}`,
    hint: `name an image with an Envoy at ${envoyPath}, as envoyproxy/envoy has, or leave it out`,
  });
}
