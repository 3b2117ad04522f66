// What is written about a run: counts by profile, and docs/conformance.md.

/** The profiles that are claimed. */
export const claimed = ['GATEWAY-HTTP', 'GATEWAY-GRPC'];

const levels = ['core', 'extended'];

/** Tests that are part of a claimed profile. */
export const claimedTests = (tests) =>
  tests.filter(({ profiles }) => claimed.some((name) => profiles[name] !== undefined));

/** `GATEWAY-HTTP core 37 of 37, extended 57 of 57`, one line for each claimed profile. */
export function profileLines(tests, results) {
  return claimed.map((profile) => {
    const counts = levels.map((level) => {
      const members = tests.filter(({ profiles }) => profiles[profile] === level);
      const passed = members.filter(({ name }) => results.get(name)?.result === 'pass');
      return `${level} ${passed.length} of ${members.length}`;
    });
    return `${profile} ${counts.join(', ')}`;
  });
}

/** Passed, failed and skipped tests of the claimed profiles. One that did not even begin is skipped. */
export function countResults(tests, results) {
  const counts = { pass: 0, fail: 0, skip: 0 };
  for (const { name } of claimedTests(tests)) counts[results.get(name)?.result ?? 'skip'] += 1;
  return counts;
}

const words = { pass: 'passed', fail: 'failed', skip: 'not run' };

/** The list of docs/conformance.md: every test of the suite that is about Gateways, with its state. */
export function stateTable(tests, results) {
  const rows = tests
    .filter(({ features }) => !features.includes('Mesh'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, description, profiles }) => {
      const memberships = claimed.flatMap((profile) =>
        profiles[profile] ? [`${profile.slice(8)} ${profiles[profile]}`] : [],
      );
      const state = words[results.get(name)?.result ?? 'skip'];
      return `| ${name} | ${memberships.join(', ') || '–'} | ${state} | ${description.trim().replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')} |`;
    });
  return ['| test | profile | state | what it shows |', '|---|---|---|---|', ...rows].join('\n');
}

const begin = '<!-- begin: made by npm run conformance -- --write -->';
const end = '<!-- end -->';

/** The page with the part between the marks made anew. */
export function withTable(page, { tests, results, version }) {
  const before = page.slice(0, page.indexOf(begin));
  const after = page.slice(page.indexOf(end));
  const lines = [`Suite ${version}.`, '', ...profileLines(tests, results).map((line) => `- ${line}`)];
  return `${before}${begin}\n${lines.join('\n')}\n\n${stateTable(tests, results)}\n${after}`;
}
