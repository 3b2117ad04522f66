/** A reference to an image, taken apart: `[REGISTRY/]NAME[:TAG][@DIGEST]`. */
export interface ImageReference {
  /** Without tag and digest, as given. */
  readonly name: string;
  /** What to pull: the digest where there is one, else the tag, else `latest`. */
  readonly version: string;
  /** What containers are created with. */
  readonly exact: string;
  /** Host of the registry, with its port; `docker.io` where none is named. */
  readonly registry: string;
}

/** Takes a reference apart as the engine does. Says nothing about whether its letters are allowed. */
export function parseImageReference(reference: string): ImageReference {
  const [named = '', digest] = reference.split('@', 2);
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  const version = digest ?? (colon < 0 ? 'latest' : named.slice(colon + 1));
  const exact = digest === undefined ? `${name}:${version}` : `${name}@${digest}`;
  return { name, version, exact, registry: registryOf(name) };
}

/** The first part is a host where it looks like one; `library/node` and `node` are names at the default registry. */
function registryOf(name: string): string {
  const [first = '', ...rest] = name.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost ? first : 'docker.io';
}
