import type { Command } from 'commander';
import type { CommandIo } from './command-io.ts';

/** Gives a command its description, arguments, options, examples and action. */
export type DefineCommand = (command: Command, io: CommandIo) => void;

/** A command as the list in `--help` shows it. Its file is loaded only when it is the one that runs. */
export interface CommandEntry {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly load: () => Promise<DefineCommand>;
}

/** All commands, in the order in which help lists them. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: 'up',
    summary: 'run a folder of YAML on real Envoys, and reload it on save',
    load: async () => (await import('./commands/up.ts')).defineUp,
  },
  {
    name: 'down',
    summary: 'stop the running instance and remove what it left',
    load: async () => (await import('./commands/down.ts')).defineDown,
  },
  {
    name: 'attach',
    summary: 'show the screen of a running instance in another terminal',
    load: async () => (await import('./commands/attach.ts')).defineAttach,
  },
  {
    name: 'status',
    summary: 'show listeners with their URLs, tenants and problems',
    load: async () => (await import('./commands/status.ts')).defineStatus,
  },
  {
    name: 'get',
    summary: 'list resources with their status, as kubectl does',
    load: async () => (await import('./commands/get.ts')).defineGet,
  },
  {
    name: 'describe',
    summary: 'show everything about an object: conditions, endpoints, requests, history',
    load: async () => (await import('./commands/describe.ts')).defineDescribe,
  },
  {
    name: 'scale',
    summary: 'change the number of pods of a Deployment',
    load: async () => (await import('./commands/scale.ts')).defineScale,
  },
  {
    name: 'kill',
    summary: 'end a pod as if it had crashed',
    load: async () => (await import('./commands/kill.ts')).defineKill,
  },
  {
    name: 'restart',
    summary: "replace a tenant's Envoy by a new one",
    load: async () => (await import('./commands/restart.ts')).defineRestart,
  },
  {
    name: 'diff',
    summary: 'show where what runs differs from the files',
    load: async () => (await import('./commands/diff.ts')).defineDiff,
  },
  {
    name: 'reread',
    summary: 'read all files again: they win over other changes',
    load: async () => (await import('./commands/reread.ts')).defineReread,
  },
  {
    name: 'logs',
    summary: 'show what Envoys and pods wrote',
    load: async () => (await import('./commands/logs.ts')).defineLogs,
  },
  {
    name: 'proxy-config',
    aliases: ['pc'],
    summary: "show a running Envoy's own view, as istioctl does",
    load: async () => (await import('./commands/proxy-config.ts')).defineProxyConfig,
  },
  {
    name: 'events',
    summary: 'follow what happens, with causes',
    load: async () => (await import('./commands/events.ts')).defineEvents,
  },
  {
    name: 'kubectl',
    summary: 'run your kubectl on the running instance',
    load: async () => (await import('./commands/kubectl.ts')).defineKubectl,
  },
  {
    name: 'kubeconfig',
    summary: 'print a kubeconfig of the running instance, or add it to yours',
    load: async () => (await import('./commands/kubeconfig.ts')).defineKubeconfig,
  },
  {
    name: 'validate',
    summary: 'check files without starting anything',
    load: async () => (await import('./commands/validate.ts')).defineValidate,
  },
  {
    name: 'translate',
    summary: 'print what would run, without starting anything',
    load: async () => (await import('./commands/translate.ts')).defineTranslate,
  },
  {
    name: 'export',
    summary: 'write what would run for docker-compose',
    load: async () => (await import('./commands/export.ts')).defineExport,
  },
  {
    name: 'init',
    summary: 'begin with a commented example',
    load: async () => (await import('./commands/init.ts')).defineInit,
  },
  {
    name: 'doctor',
    summary: 'show what this machine has and lacks',
    load: async () => (await import('./commands/doctor.ts')).defineDoctor,
  },
  {
    name: 'version',
    summary: 'print the version',
    load: async () => (await import('./commands/version.ts')).defineVersion,
  },
];
