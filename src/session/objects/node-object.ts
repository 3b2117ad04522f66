import type { KubeObject } from '../../resources/resource.ts';
import { uidOf } from '../../resources/stored-object.ts';
import { wholeSeconds } from '../../resources/whole-seconds.ts';
import type { SessionState } from '../state.ts';
import { madeMetadata } from './made-metadata.ts';

/** The one node that everything runs on: this machine. */
export const nodeName = 'calb-sim';

/** The `Node` that pods run on. */
export function nodeObject({ settings }: SessionState): KubeObject {
  const createdAt = wholeSeconds(settings.startedAtMs);
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      ...madeMetadata(uidOf(`Node/${nodeName}`, createdAt), createdAt),
      name: nodeName,
      labels: { 'kubernetes.io/hostname': nodeName, 'kubernetes.io/os': 'linux' },
    },
    spec: {},
    status: {
      addresses: [
        { type: 'InternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: nodeName },
      ],
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'calb-sim runs pods on this machine',
          lastHeartbeatTime: createdAt,
          lastTransitionTime: createdAt,
        },
      ],
      nodeInfo: {
        kubeletVersion: 'calb-sim',
        containerRuntimeVersion: `${settings.runtime}://`,
        operatingSystem: 'linux',
        osImage: 'this machine',
      },
    },
  };
}
