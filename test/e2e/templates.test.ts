import { expect, test } from 'vitest';
import { expectNothingRuns } from './support/instance.ts';
import { PlainUp, statusOf } from './support/plain-up.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';
import { Workspace } from './support/workspace.ts';

describeWithEnvoy('up on a template, as a person sees it', () => {
  test.each(['basic', 'failover', 'multi-tenant', 'calb'])(
    '%s shows curl lines that, copied from the screen, answer 200',
    async (template) => {
      const workspace = new Workspace();
      expect((await workspace.run(['init', template, 'demo'])).code).toBe(0);
      const up = new PlainUp(workspace, ['demo']);
      try {
        const lines = await up.curlLines();
        expect(up.text).not.toContain('\u001b[');
        for (const line of lines) expect(await statusOf(line), line).toBe('200');
      } finally {
        expect(await up.interrupt()).toBe(130);
      }
      await expectNothingRuns(workspace);
      expect(up.text).toMatch(/stopped|removed/i);
      workspace.dispose();
    },
  );
});
