import { afterEach, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { expectNothingRuns } from './support/instance.ts';
import { type PtyOptions, PtyScreen } from './support/pty-screen.ts';
import { runtimeUnderTest } from './support/runtime-under-test.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';
import { Workspace } from './support/workspace.ts';

const removedAll =
  runtimeUnderTest === 'docker' ? /removed 7 containers, 1 network/ : /removed 1 Envoy, 2 pods, 2 Services/;

let workspace: Workspace;
let screen: PtyScreen | undefined;

afterEach(async () => {
  screen?.dispose();
  screen = undefined;
  await expectNothingRuns(workspace);
  workspace.dispose();
});

async function open(options: Partial<PtyOptions> = {}): Promise<PtyScreen> {
  workspace = new Workspace();
  expect((await workspace.run(['init', 'failover', workspace.folder])).code).toBe(0);
  screen = new PtyScreen(workspace, { args: ['up', workspace.folder, '--name', 'demo'], ...options });
  return screen;
}

/** An entry of the timeline: right below its cause, or with its cause in words below it. */
function entry(text: string, because: string): RegExp {
  return new RegExp(`↳${text}|${text}.*\\n.*↳ because .*${because}`);
}

/** Nothing of the app remains: the main screen, the cursor, and that the shell is told when a person types. */
function expectRestored(shown: PtyScreen): void {
  expect(shown.isAlternate).toBe(false);
  expect(shown.isCursorShown).toBe(true);
  expect(shown.output.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(
    shown.output.lastIndexOf('\u001b[?2004h'),
  );
}

describeWithEnvoy('the terminal app in a real terminal', () => {
  test('tells a failover from the save to the way back, and stops with q', async () => {
    const shown = await open();
    await shown.until(/ready +in .*: 1 listener answered/);
    await shown.until(/● healthy +active:3000/);
    shown.type('g');
    await shown.until(/\/ → active \+ passive +10\.0\/s/);
    await shown.until(/active:3000 +100 %/);
    workspace.edit('active.yaml', (text) => text.replace('replicas: 1', 'replicas: 0'));
    await shown.until(/saved .*active\.yaml/);
    await shown.until(entry('- pod stopped', 'active.yaml was saved'));
    await shown.until(entry('✗ ejected +active:3000 for 10 s', 'active-.* stopped'));
    await shown.until(/✗ ejected \ds active:3000/);
    await shown.until(entry('⇄ traffic moved shop, rule 0: active:3000 → passive:3000', 'active'));
    await shown.until(/check failed +active:3000: GET \/healthz/);
    await shown.until(/passive:3000 +p1 100 %/);
    workspace.edit('active.yaml', (text) => text.replace('replicas: 0', 'replicas: 1'));
    await shown.until(entry('\\+ pod started', 'active.yaml was saved'));
    await shown.until(entry('⇄ traffic moved shop, rule 0: passive:3000 → active:3000', 'active'));
    await shown.until(/● healthy +active:3000 +100 %/);
    shown.type('q');
    expect((await shown.ended).exitCode).toBe(0);
    expectRestored(shown);
    expect(shown.text).toMatch(/calb-sim ran .* · 2 edits · 1 ejection · \d+ requests/);
    expect(shown.text).toMatch(removedAll);
  });

  test('keys scale, kill, describe, show logs, and say which command does the same', async () => {
    const shown = await open();
    await shown.until(/● healthy +active:3000/);
    shown.type('2+');
    await shown.until('$ calb-sim scale deployment/active -n demo --replicas 2');
    await shown.until(/pod started .*active-/);
    shown.type('5');
    await shown.until(/scale deployment\/active -n demo --replicas 2 {2}✓ done/);
    shown.type('1\r');
    await shown.until('HTTPRoute/demo/shop');
    await shown.until('✓ Accepted True');
    shown.type('y');
    await shown.until(/\d │ kind: HTTPRoute/);
    shown.type('yy');
    await shown.until('RouteConfiguration demo/web');
    shown.type('\u001b');
    await shown.until('1 Routes');
    shown.type('ll');
    await shown.until(/Envoy log/);
    await shown.until(/\[info\]|starting|nothing was written/);
    shown.type('\u001b');
    await shown.until('1 Routes');
    shown.type('x');
    await shown.until('Restart the Envoy of demo? y/n');
    shown.type('y');
    await shown.until('3 Timeline');
    shown.type('3');
    await shown.until(/replaced|Envoy started/);
    await shown.until('✓ ACK snapshot');
    shown.type('\u0003');
    expect((await shown.ended).exitCode).toBe(0);
    expectRestored(shown);
  });

  test('follows the size of the terminal, down to one that is too small', async () => {
    const shown = await open();
    await shown.until(/● healthy +active:3000/);
    shown.resize(60, 20);
    await shown.until(/^┌─ 2 Endpoints ─+ 1\/2 ┐$/m);
    shown.resize(40, 10);
    await shown.until('too small: 40×10');
    shown.resize(200, 60);
    await shown.until(/^┌─ 1 Routes .*┐┌─ 2 Endpoints .*┐$/m);
    await shown.until(/^┌─ 3 Timeline ─.*┐┌─ 4 Requests ─.*┐$/m);
    await shown.until(/^┌─ 5 Commands ─+┐$/m);
    shown.resize(80, 24);
    await shown.until('? keys');
    shown.type('q');
    expect((await shown.ended).exitCode).toBe(0);
  });

  test('Ctrl-Z gives the terminal to the shell, also behind another program; fg draws everything again', async () => {
    const shown = await open({
      shell:
        'set -m; sh -c \'"$NODE" "$PROGRAM" up "$FOLDER" --name demo; exit $?\'; echo "stopped by $?"; stty -a; read -r; fg; stty -a | tr ";" "\\n"; echo over',
    });
    await shown.until(/● healthy +active:3000/);
    shown.type('\u001a');
    await shown.until('stopped by 148');
    expect(shown.isAlternate).toBe(false);
    expect(shown.isCursorShown).toBe(true);
    await shown.until(/ icanon /);
    shown.type('\r');
    await shown.until(/● healthy +active:3000/);
    expect(shown.isAlternate).toBe(true);
    shown.type('q');
    await shown.until('over');
    expect(shown.text).toMatch(/ echo /);
    expectRestored(shown);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s stops it in order and restores the terminal', async (signal, exitCode) => {
    const shown = await open();
    await shown.until(/● healthy +active:3000/);
    shown.signal(signal);
    expect((await shown.ended).exitCode).toBe(exitCode);
    expectRestored(shown);
    expect(shown.text).toMatch(removedAll);
  });

  test('a terminal that goes away is a SIGHUP: everything is removed', async () => {
    const shown = await open();
    await shown.until(/● healthy +active:3000/);
    const { pid } = shown;
    shown.hangUp();
    await eventually('the program has ended', () => !isAlive(pid));
  });

  test('garbage does nothing, and what is pasted is no key', async () => {
    const shown = await open();
    await shown.until(/● healthy +active:3000/);
    shown.type('\u001b[200~q\ny\nkx\u001b[201~');
    shown.type(
      `\u001b[<0;3;4M\u001b]11;rgb:00\u0007${Buffer.from([0xff, 0xfe, 0x80, 0x07]).toString('latin1')}\u001b[999;1~`,
    );
    shown.type('z');
    await shown.until('faults only');
    shown.type('zQ');
    expect((await shown.ended).exitCode).toBe(0);
  });

  test('a folder without YAML says what to do next, and takes the first file', async () => {
    workspace = new Workspace();
    screen = new PtyScreen(workspace, { args: ['up', workspace.folder, '--name', 'demo'] });
    await screen.until('No YAML yet');
    await screen.until('calb-sim init basic');
    workspace.write(
      'gateway.yaml',
      'kind: Gateway\napiVersion: gateway.networking.k8s.io/v9\nmetadata: {name: a}\n',
    );
    await screen.until(/Nothing can be served yet: one error/);
    screen.type('q');
    expect((await screen.ended).exitCode).toBe(0);
    expectRestored(screen);
  });

  test('what keeps it from starting is said on the terminal after it was given back', async () => {
    const shown = await open({ args: ['up', '.', '--envoy', '/nowhere/envoy'] });
    expect((await shown.ended).exitCode).toBe(4);
    expectRestored(shown);
    expect(shown.text).toContain('/nowhere/envoy');
  });

  test('attach shows the same and leaves the instance alone', async () => {
    const shown = await open();
    await shown.until(/● healthy +active:3000/);
    const second = new PtyScreen(workspace, { args: ['attach', 'demo'] });
    try {
      await second.until(/● healthy +active:3000/);
      await second.until('read-only');
      second.type('+');
      await second.until('read-only: attach with --write to act');
      second.type('q');
      expect((await second.ended).exitCode).toBe(0);
      expectRestored(second);
      expect(second.text).toContain('demo runs on · calb-sim attach demo shows it again');
      const third = new PtyScreen(workspace, { args: ['attach', 'demo'] });
      await third.until(/● healthy +active:3000/);
      shown.type('q');
      expect((await shown.ended).exitCode).toBe(0);
      expect((await third.ended).exitCode).toBe(0);
      expectRestored(third);
      third.dispose();
    } finally {
      second.dispose();
    }
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
