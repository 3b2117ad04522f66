import fc from 'fast-check';

// A build says something about a change: it tries the same cases each time. Elsewhere they are new in each run, and
// a failure prints its seed.
if (process.env.CI !== undefined) fc.configureGlobal({ seed: 1 });
