import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { expectNothingRuns } from './support/instance.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';
import { finished, Workspace } from './support/workspace.ts';

const run = promisify(execFile);

describeWithEnvoy('up on a template, as a person sees it', () => {
  test.each(['basic', 'failover', 'multi-tenant', 'calb'])(
    '%s shows curl lines that, copied from the screen, answer 200',
    async (template) => {
      const workspace = new Workspace();
      expect((await workspace.run(['init', template, 'demo'])).code).toBe(0);
      const child = workspace.spawn(['up', 'demo', '--output', 'plain']);
      let screen = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        screen += text;
      });
      const ended = finished(child);
      try {
        const lines = await eventually('the screen shows a curl line', () => {
          const found = screen.split('\n').flatMap((line) => /\bcurl\s.*$/.exec(line)?.[0] ?? []);
          return found.length > 0 && /ready/i.test(screen) ? found : undefined;
        });
        expect(screen).not.toContain('\u001b[');
        for (const line of lines) {
          const { stdout } = await run('bash', [
            '-c',
            `${line} --silent --output /dev/null --write-out '%{http_code}'`,
          ]);
          expect(stdout, line).toBe('200');
        }
      } finally {
        child.kill('SIGINT');
        expect((await ended).code).toBe(130);
      }
      await expectNothingRuns(workspace);
      expect(screen).toMatch(/stopped|removed/i);
      workspace.dispose();
    },
  );
});
