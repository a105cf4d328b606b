// The long versions of tests, which `npm run test:slow` runs. A test that takes too long for `npm test` has the tag 'slow', and
// one that tries more cases there has the tag 'longer' and asks SLOW how many; vitest.config.ts says what the tags do.

/** Whether the long versions are asked for: NABLA_SLOW=1. */
export const SLOW = process.env.NABLA_SLOW === '1';
