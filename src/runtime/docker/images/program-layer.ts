import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, type Environment } from '../../process/run-directory.ts';
import type { Layer } from './image-layer.ts';
import { libraryFolder } from './image-paths.ts';
import { cachedLayer, type HostLayerFile } from './layer-cache.ts';
import { collectProgramFiles, NotCollectable } from './shared-libraries.ts';

/** A program of this machine for an image. */
export interface ProgramLayerOptions {
  /** Its path here. */
  readonly program: string;
  /** Its path in the image. */
  readonly target: string;
  /** The engine's, as images name it: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly env: Environment;
}

/**
 * A layer with a program and all its shared libraries.
 *
 * @throws {NotCollectable} when it cannot run in a container of that architecture, or a library is missing
 */
export async function programLayer({
  program,
  target,
  architecture,
  env,
}: ProgramLayerOptions): Promise<Layer> {
  const source = realpathSync(program);
  const name = ['program', source, target, architecture, env.LD_LIBRARY_PATH ?? ''];
  return cachedLayer(imageCache(env), name, () => {
    const { interpreter, libraries, architecture: own } = collectProgramFiles(source, env);
    if (own !== architecture) {
      throw new NotCollectable(`${program} is for ${own}, the Docker engine runs ${architecture}`);
    }
    const loader = interpreter === undefined ? [] : [executable(interpreter, realpathSync(interpreter))];
    return [
      executable(target, source),
      ...loader,
      ...libraries.map((library) =>
        executable(`${libraryFolder}/${library.name}`, realpathSync(library.path)),
      ),
    ];
  });
}

/** A layer with one text file of this machine. */
export function scriptLayer(source: string, target: string, env: Environment): Promise<Layer> {
  return cachedLayer(imageCache(env), ['script', source, target], () => [
    { path: target, mode: 0o644, source },
  ]);
}

function executable(path: string, source: string): HostLayerFile {
  return { path, mode: 0o755, source };
}

function imageCache(env: Environment): string {
  return join(cacheFolder(env), 'images');
}
