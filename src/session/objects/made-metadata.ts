/** Metadata of an object that calb-sim makes itself: its version is given by who shows it. */
export function madeMetadata(uid: string, creationTimestamp: string) {
  return { uid, resourceVersion: '1', generation: 1, creationTimestamp };
}
