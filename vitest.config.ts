import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const isAttacks = process.env.ATTACKS !== undefined;
/** What attacks, waits for a limit, or feeds megabytes: it takes some minutes, and is a step of its own, `npm run attacks`. */
const attacks = ["test/attacks/**/*.test.ts", "test/**/attacks.test.ts", "test/**/*.attacks.test.ts"];
const outputFile = `coverage/${isAttacks ? "attack" : "test"}-results.json`;

export default defineConfig({
  resolve: {
    alias: { "consensus-labs": fileURLToPath(new URL("labs/api/index.ts", import.meta.url)) },
  },
  test: {
    include: isAttacks ? attacks : ["test/**/*.test.ts"],
    exclude: ["**/fixtures/**", "**/node_modules/**", ...(isAttacks ? [] : attacks)],
    globalSetup: ["test/sandbox/confine/announce.ts"],
    // Tests start peer processes of their own: as many again in parallel would only make each slower.
    maxWorkers: 2,
    testTimeout: 20_000,
    reporters: process.env.CI ? ["default", ["json", { outputFile }]] : ["default"],
  },
});
