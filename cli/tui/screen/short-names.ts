/** What all names of Services in a cluster's DNS end in. */
const clusterDomain = /\.svc\.cluster\.local\b/g;

/** Real addresses that stand behind a name, in parentheses: details have them. */
const addresses = / \([^()]*\d+\.\d+\.\d+\.\d+:\d+\)/g;

/** A name without what everything in its tenant shares: `active:3000` of `active.team-b.svc.cluster.local:3000`. */
export function shortName(name: string, tenant: string | undefined): string {
  const local = name.replace(clusterDomain, '');
  if (tenant === undefined) return local;
  return local
    .split(' + ')
    .map((part) => part.replace(`.${tenant}:`, ':').replace(new RegExp(`\\.${tenant}$`), ''))
    .join(' + ');
}

/** A sentence with names as short as they can be told apart, and without addresses. */
export function shortText(text: string, tenant: string): string {
  const short = text.replace(addresses, '').replace(clusterDomain, '');
  return tenant === '' ? short : short.replaceAll(`.${tenant}:`, ':');
}
