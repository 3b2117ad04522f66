/** Envoy, in our own images as in those that Envoy publishes. */
export const envoyPath = '/usr/local/bin/envoy';

/** Node, in our own images as in those that are published as `node`. */
export const nodePath = '/usr/local/bin/node';

/** The program of all our containers that run Node. */
export const podProgramPath = '/calb/pod.cjs';

/** Shared libraries of the program, away from any folder that a distribution uses. */
export const libraryFolder = '/lib/calb';
