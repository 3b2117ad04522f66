import { describe, expect, it, test } from 'vitest';
import { explainEngineFailure } from '../../../../../src/runtime/docker/images/explain-failure.ts';
import { parseImageReference } from '../../../../../src/runtime/docker/images/image-reference.ts';
import { ImageUnavailable } from '../../../../../src/runtime/docker/images/image-unavailable.ts';

const digest = `sha256:${'0'.repeat(64)}`;

describe('explainEngineFailure', () => {
  test.each([
    ['manifest for localhost:5000/x:1 not found: manifest unknown: manifest unknown', 'not-found'],
    ['No such image: calb-sim/x:1', 'not-found'],
    ['invalid reference format: repository name must be lowercase', 'not-found'],
    ['failed to resolve reference "docker.io/library/x:1": docker.io/library/x:1: not found', 'not-found'],
    [
      "pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      'denied',
    ],
    ['Head "https://r.example/v2/x/manifests/1": no basic auth credentials', 'denied'],
    ['unauthorized: authentication required', 'denied'],
    ['toomanyrequests: You have reached your pull rate limit.', 'denied'],
    ['Get "http://127.0.0.1:5999/v2/": dial tcp 127.0.0.1:5999: connect: connection refused', 'no-registry'],
    ['Get "https://r.example/v2/": dial tcp: lookup r.example on 10.0.0.53:53: no such host', 'no-registry'],
    [
      'Get "https://r.example/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
      'no-registry',
    ],
    ['Get "https://r.example/v2/": x509: certificate signed by unknown authority', 'no-registry'],
    ['unexpected EOF', 'no-registry'],
    [
      'failed to register layer: Error processing tar file(exit status 1): write /bin/node: no space left on device',
      'disk-full',
    ],
    ['no matching manifest for linux/arm64/v8 in the manifest list entries', 'wrong-architecture'],
    [
      'image with reference x was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64',
      'wrong-architecture',
    ],
    ['the engine is on fire', 'failed'],
  ])('%s', (words, problem) => {
    const plain = explainEngineFailure('x:1', new Error(`(HTTP code 500) server error - ${words} `));
    const withBody = explainEngineFailure('x:1', Object.assign(new Error('?'), { json: { message: words } }));
    expect(plain.problem).toBe(problem);
    expect(plain.message).toBe(withBody.message);
    expect(plain.message).toMatch(/^x:1: /);
    expect(plain.message).toContain(words);
    expect(plain.message).not.toContain('HTTP code');
    expect(plain.hint).not.toBe('');
  });

  it('leaves alone what is explained', () => {
    const known = new ImageUnavailable('x', 'stopped', { message: 'm', hint: 'h' });
    expect(explainEngineFailure('y', known)).toBe(known);
  });
});

test.each([
  ['node', 'node', 'latest', 'node:latest', 'docker.io'],
  ['library/node:20-slim', 'library/node', '20-slim', 'library/node:20-slim', 'docker.io'],
  ['localhost/x', 'localhost/x', 'latest', 'localhost/x:latest', 'localhost'],
  ['127.0.0.1:5000/a/b', '127.0.0.1:5000/a/b', 'latest', '127.0.0.1:5000/a/b:latest', '127.0.0.1:5000'],
  ['r.example:443/x:1', 'r.example:443/x', '1', 'r.example:443/x:1', 'r.example:443'],
  [`r.example/x@${digest}`, 'r.example/x', digest, `r.example/x@${digest}`, 'r.example'],
  // The digest decides; the tag beside it is a note for people.
  [`r.example/x:1@${digest}`, 'r.example/x', digest, `r.example/x@${digest}`, 'r.example'],
])('%s', (reference, name, version, exact, registry) => {
  expect(parseImageReference(reference)).toEqual({ name, version, exact, registry });
});
