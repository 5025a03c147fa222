import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";

test("a call that is not answered is given up, and made again", { timeout: 9_000 }, async (t) => {
  let calls = 0;
  const server = createServer((_, answer) => {
    calls += 1;
    if (calls > 1) answer.end("{}");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${server.address().port}`,
    TABLE_NAME: "products",
  });
  const { handler } = await import("../handler.mjs");
  const answer = await handler({ routeKey: "GET /products/{sku}", pathParameters: { sku: "DOLL-1" } });
  assert.deepEqual([answer.statusCode, calls], [404, 3]); // two at once, of which one is made again
});
