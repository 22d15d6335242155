import { verifyCommands } from './readme.ts';

const steps = `      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: '24'
${verifyCommands.map((command) => `      - run: ${command}`).join('\n')}
`;

/** Verifies the portfolio on each push: with the two commands of its README. */
const verify = `name: verify
on:
  push:
  pull_request:
  workflow_dispatch:

permissions:
  contents: read

jobs:
  verify:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
${steps}`;

/** Publishes \`docs/\` when it verifies. Settings of the repository, Pages, Source: "GitHub Actions". */
const pages = `name: pages
on:
  push:
    branches: [main]
  workflow_dispatch:

permissions:
  contents: read
  pages: write
  id-token: write

concurrency:
  group: pages

jobs:
  publish:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    environment:
      name: github-pages
      url: \${{ steps.deployment.outputs.page_url }}
    steps:
${steps}      - uses: actions/configure-pages@v5
      - uses: actions/upload-pages-artifact@v3
        with:
          path: docs
      - id: deployment
        uses: actions/deploy-pages@v4
`;

/** Content by path. */
export const workflows: ReadonlyMap<string, string> = new Map([
  ['.github/workflows/verify.yml', verify],
  ['.github/workflows/pages.yml', pages],
]);
