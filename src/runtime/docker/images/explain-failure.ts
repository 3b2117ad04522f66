import { type ImageProblem, ImageUnavailable } from './image-unavailable.ts';

interface Explanation {
  readonly pattern: RegExp;
  readonly problem: ImageProblem;
  /** After `REFERENCE: `. */
  readonly what: string;
  readonly hint: (reference: string) => string;
}

/** What engines and registries say, by problem; the first that matches counts. */
const explanations: readonly Explanation[] = [
  {
    pattern: /no space left on device|disk quota exceeded|not enough space/i,
    problem: 'disk-full',
    what: "the engine's disk is full",
    hint: () => 'make room (docker system df shows what takes it, docker image prune removes unused images)',
  },
  {
    pattern: /no matching manifest|does not match the specified platform|no match for platform/i,
    problem: 'wrong-architecture',
    what: "there is no image for the engine's architecture",
    hint: (reference) =>
      `use an image for this machine; docker manifest inspect ${reference} lists what there is`,
  },
  {
    pattern: /toomanyrequests|too many requests|rate limit/i,
    problem: 'denied',
    what: 'the registry has had too many pulls from here',
    hint: () => 'wait, or docker login: an account may pull more often',
  },
  {
    // Registries say "denied" for repositories that do not exist, so as not to tell which ones do.
    pattern: /repository does not exist or may require|pull access denied/i,
    problem: 'denied',
    what: 'the registry has no such image, or wants a login',
    hint: (reference) => `check the name, or docker login and docker pull ${reference}`,
  },
  {
    pattern: /unauthorized|authentication required|no basic auth credentials|denied|forbidden/i,
    problem: 'denied',
    what: 'the registry wants a login',
    hint: (reference) => `docker login, then docker pull ${reference}`,
  },
  {
    pattern:
      /manifest.* not found|manifest unknown|not found: manifest|no such image|name unknown|: not found/i,
    problem: 'not-found',
    what: 'the registry has no such image',
    hint: (reference) => `check name and tag with docker pull ${reference}`,
  },
  {
    pattern:
      /invalid reference format|invalid repository name|repository name must be|invalid checksum digest/i,
    problem: 'not-found',
    what: 'that is no image reference',
    hint: () => 'write NAME:TAG or NAME@sha256:DIGEST, all in lower case',
  },
  {
    pattern:
      /dial tcp|no such host|connection refused|i\/o timeout|timeout exceeded|Client\.Timeout|deadline exceeded|network is unreachable|no route to host|server misbehaving|temporary failure|connection reset|TLS handshake|proxyconnect|\bEOF\b|x509:/i,
    problem: 'no-registry',
    what: 'the registry does not answer',
    hint: (reference) =>
      `check the network and the engine's proxy, or docker load the image; docker pull ${reference} tells more`,
  },
];

/**
 * The engine's own words about an image as {@link ImageUnavailable}. One that is explained already stays as it is.
 *
 * @param otherwise the hint for what is not known here
 */
export function explainEngineFailure(
  reference: string,
  error: unknown,
  otherwise = `docker pull ${reference} may tell more`,
): ImageUnavailable {
  if (error instanceof ImageUnavailable) return error;
  const words = engineWords(error);
  const known = explanations.find(({ pattern }) => pattern.test(words));
  return new ImageUnavailable(reference, known?.problem ?? 'failed', {
    message: `${reference}: ${known === undefined ? words : `${known.what} (${words})`}`,
    hint: known?.hint(reference) ?? otherwise,
    cause: error,
  });
}

/** The engine's message, without what its client wraps around it. */
export function engineWords(error: unknown): string {
  const { json, message } = error as { readonly json?: unknown; readonly message?: string };
  const said = (json as { readonly message?: unknown } | undefined | null)?.message;
  const words = typeof said === 'string' ? said : (message ?? String(error));
  return words.replace(/^\(HTTP code \d+\) [\w ]+ - /, '').trim();
}
