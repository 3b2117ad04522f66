import { describe, expect, it } from 'vitest';
import { diagnostic } from '../../../src/diagnostics/diagnostic.ts';
import { countSeverities, render } from '../../../src/diagnostics/render.ts';
import { toGithub } from '../../../src/diagnostics/to-github.ts';
import { toJson } from '../../../src/diagnostics/to-json.ts';

const found = diagnostic('CALB0112', {
  message: 'type is "Prefix", which is not known',
  position: { file: 'routes.yaml', line: 2, column: 9 },
  resource: 'HTTPRoute/team-a/web',
  effect: 'nothing',
  hint: 'did you mean PathPrefix?',
});

const plain = (text: string, column = 9) =>
  render({ ...found, position: { ...found.position, column } }, () => text, { color: false });

/** The source line and the line of carets. */
const frame = (text: string, column?: number) =>
  plain(text, column)
    .split('\n')
    .slice(3, 5)
    .map((line) => line.slice(4));

describe('render', () => {
  it('frames the source, with effect and fix', () => {
    expect(plain('path:\n  type: Prefix # comment\n')).toBe(
      [
        'error[CALB0112]: type is "Prefix", which is not known',
        '  --> routes.yaml:2:9',
        '   |',
        ' 2 |   type: Prefix # comment',
        '   |         ^^^^^^',
        '   = object: HTTPRoute/team-a/web',
        '   = effect: nothing',
        '   = fix: did you mean PathPrefix?',
      ].join('\n'),
    );
  });

  it('marks a quoted value whole, and at least one place', () => {
    expect(frame('\n  type: "a b", x')[1]).toBe('|         ^^^^^'.slice(1));
    expect(frame('\n  type:', 8)[1]).toContain('^');
    expect(frame('\n', 1)).toEqual(['', ' ^']);
  });

  it('cuts a long line around the marked place', () => {
    const [line, carets] = frame(`\n${'x'.repeat(300)} here ${'y'.repeat(300)}`, 302);
    expect(line?.length).toBeLessThan(110);
    expect(line?.slice(carets?.indexOf('^')).startsWith('here')).toBe(true);
    expect(carets?.trim()).toBe('^^^^');
  });

  it('keeps carets in place behind tabs, and control characters out of the terminal', () => {
    expect(frame('\n\ttype:\tPrefix', 8)).toEqual(['  type: Prefix', '        ^^^^^^']);
    expect(frame('\n  type: \u001b[2J\u202e')[0]).toBe('   type: \ufffd[2J\ufffd');
    const evil = render({ ...found, message: 'a\u001b]0;x\u0007b\nc' }, () => undefined, { color: false });
    expect(evil.split('\n')[0]).toBe('error[CALB0112]: a\ufffd]0;x\ufffdb c');
  });

  it('leaves the frame out where there is no source', () => {
    expect(render(found, () => undefined, { color: false }).split('\n')).toHaveLength(5);
  });

  it('colours only when asked', () => {
    expect(plain('\n  type: Prefix')).not.toContain('\u001b');
    expect(render(found, () => '\n  type: Prefix', { color: true })).toContain('\u001b[1;31merror[CALB0112]');
  });
});

describe('other forms', () => {
  it('is flat JSON', () => {
    expect(toJson(found)).toEqual({
      code: 'CALB0112',
      severity: 'error',
      message: found.message,
      file: 'routes.yaml',
      line: 2,
      column: 9,
      resource: 'HTTPRoute/team-a/web',
      effect: 'nothing',
      hint: 'did you mean PathPrefix?',
    });
  });

  it('is a workflow command of GitHub', () => {
    const odd = { ...found, message: '100%\nbad', position: { file: 'a,b:c.yaml', line: 1, column: 2 } };
    expect(toGithub(odd)).toBe(
      '::error file=a%2Cb%3Ac.yaml,line=1,col=2,title=CALB0112 HTTPRoute/team-a/web::' +
        '100%25%0Abad%0AEffect: nothing%0AFix: did you mean PathPrefix?',
    );
    expect(toGithub({ ...found, severity: 'hint' })).toMatch(/^::notice /);
  });

  it('counts', () => {
    const warning = { ...found, severity: 'warning' } as const;
    expect(countSeverities([])).toBe('no problems');
    expect(countSeverities([found, found, warning])).toBe('2 errors, 1 warning');
  });
});
