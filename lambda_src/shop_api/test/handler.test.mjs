import assert from "node:assert/strict";
import { test } from "node:test";
import { answering, failure, sent } from "./aws.mjs";
import { handler } from "../handler.mjs";

const DOLL = { sku: { S: "DOLL-1" }, part: { S: "product" }, name: { S: "Doll" }, price_cents: { N: "1250" } };
const PHOTO = { sku: { S: "DOLL-1" }, part: { S: "photo#a.jpg" } };
const ROW = { pk: { S: "incoming/DOLL-1/a.jpg" }, thumbnail: { S: "incoming/DOLL-1/a.jpg.1.webp" }, width: { N: "40" }, height: { N: "30" } };

async function ask(routeKey, body, { sku = "DOLL-1", photo, ...more } = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await handler({ routeKey, pathParameters: { sku, photo }, body: text, ...more });
  return [answer.statusCode, JSON.parse(answer.body)];
}

// The tables: products and their photographs in one, rows of the pipeline in the other.
function holding(products, rows = []) {
  const asked = ({ ":part": part, ":photo": photo }) =>
    products.filter((item) => (photo ? item.part.S.startsWith(photo.S) : item.part.S === part.S));
  const found = (input) => (input.TableName === "photos" ? rows : asked(input.ExpressionAttributeValues));
  return { QueryCommand: (input) => ({ Items: found(input) }) };
}

test("a product is kept", async () => {
  answering({});
  assert.deepEqual(await ask("PUT /products/{sku}", { name: "Doll", price_cents: 1250 }), [
    200,
    { sku: "DOLL-1", name: "Doll", price_cents: 1250 },
  ]);
  assert.deepEqual(sent, [{ name: "PutItemCommand", input: { TableName: "products", Item: DOLL } }]);
});

test("a body without a content type comes encoded, and is read", async () => {
  answering({});
  const body = Buffer.from(JSON.stringify({ name: "Püppchen", price_cents: 1 })).toString("base64");
  const [code, { name }] = await ask("PUT /products/{sku}", body, { isBase64Encoded: true });
  assert.deepEqual([code, name], [200, "Püppchen"]);
});

test("a body in another encoding is refused", async () => {
  answering({});
  const body = Buffer.from(JSON.stringify({ name: "Püppchen", price_cents: 1 }), "latin1").toString("base64");
  assert.deepEqual(await ask("PUT /products/{sku}", body, { isBase64Encoded: true }), [400, { error: "the body must be UTF-8" }]);
  assert.deepEqual(sent, []);
});

test("a product is read with the names of its photographs", async () => {
  answering(holding([PHOTO, DOLL]));
  const doll = { sku: "DOLL-1", name: "Doll", price_cents: 1250, photos: ["a.jpg"] };
  assert.deepEqual(await ask("GET /products/{sku}"), [200, doll]);
  answering(holding([]));
  assert.equal((await ask("GET /products/{sku}"))[0], 404);
});

test("more photographs than a page are read page by page", async () => {
  const last = { sku: { S: "DOLL-1" }, part: PHOTO.part };
  const pages = ({ ExclusiveStartKey: from }) => (from ? { Items: [] } : { Items: [PHOTO], LastEvaluatedKey: last });
  answering({ QueryCommand: (input) => (input.Limit ? pages(input) : { Items: [DOLL] }) });
  const [code, { name, photos, next }] = await ask("GET /products/{sku}");
  assert.deepEqual([code, name, photos, next], [200, "Doll", ["a.jpg"], "a.jpg"]);
  const [, second] = await ask("GET /products/{sku}", undefined, { queryStringParameters: { after: next } });
  assert.deepEqual([second.photos, second.next], [[], undefined]);
  assert.deepEqual(sent.find(({ input }) => input.ExclusiveStartKey).input.ExclusiveStartKey, last);
  const long = { queryStringParameters: { after: "a".repeat(2_000) } };
  assert.equal((await ask("GET /products/{sku}", undefined, long))[0], 400);
});

for (const [what, body] of Object.entries({
  "no body": undefined,
  "no JSON": "{",
  "no object": [],
  "no name": { price_cents: 1 },
  "a name too long": { name: "a".repeat(201), price_cents: 1 },
  "half of a letter": '{"name": "\\ud83d", "price_cents": 1}',
  "a NUL": { name: "Doll\0", price_cents: 1 },
  "a price with a fraction": { name: "Doll", price_cents: 1.5 },
  "a price below 0": { name: "Doll", price_cents: -1 },
})) {
  test(`${what} is no product`, async () => {
    answering({});
    assert.equal((await ask("PUT /products/{sku}", body))[0], 400);
    assert.deepEqual(sent, []);
  });
}

test("a number that leads elsewhere is refused", async () => {
  answering({});
  assert.equal((await ask("GET /products/{sku}", undefined, { sku: "../A" }))[0], 400);
  assert.deepEqual(sent, []);
});

test("a photograph gets a place that takes it alone", async () => {
  answering({});
  const [code, place] = await ask("POST /products/{sku}/photos", { content_type: "image/jpeg", size: 5 });
  assert.equal(code, 201);
  const url = new URL(place.url);
  assert.match(place.photo, /^[0-9a-f-]{36}\.jpg$/);
  assert.ok(url.href.startsWith(`https://inbox.s3.us-east-1.amazonaws.com/incoming/DOLL-1/${place.photo}?`));
  assert.equal(url.searchParams.get("X-Amz-SignedHeaders"), "content-length;content-type;host");
  assert.deepEqual([...url.searchParams.keys()].filter((key) => /checksum/i.test(key)), []);
  const [{ Put: noted }] = sent[0].input.TransactItems.slice(1);
  assert.equal(noted.Item.part.S, `photo#${place.photo}`);
});

test("a photograph of no product is not expected", async () => {
  const reasons = { CancellationReasons: [{ Code: "ConditionalCheckFailed" }, { Code: "None" }] };
  answering({ TransactWriteItemsCommand: failure("TransactionCanceledException", reasons) });
  const answer = await ask("POST /products/{sku}/photos", { content_type: "image/png", size: 5 });
  assert.deepEqual(answer, [404, { error: "there is no such product" }]);
});

for (const [what, body] of Object.entries({
  "a film": { content_type: "video/mp4", size: 5 },
  "nothing": { content_type: "image/png", size: 0 },
  "more than 20 MB": { content_type: "image/png", size: 20 * 1024 * 1024 + 1 },
  "a type of every object": { content_type: "constructor", size: 5 },
  "a list of types": { content_type: ["image/png"], size: 5 },
  "a type that becomes no text": { content_type: { toString: 1 }, size: 5 },
})) {
  test(`${what} is no photograph`, async () => {
    answering({});
    assert.equal((await ask("POST /products/{sku}/photos", body))[0], 400);
    assert.deepEqual(sent, []);
  });
}

test("a photograph waits, is done or refused", async () => {
  const asked = ["GET /products/{sku}/photos/{photo}", undefined, { photo: "a.jpg" }];
  answering({ ...holding([DOLL, PHOTO]), GetObjectCommand: failure("NoSuchKey") });
  assert.deepEqual(await ask(...asked), [200, { status: "waiting" }]);
  const Body = { transformToString: async () => JSON.stringify({ reason: "format" }) };
  answering({ ...holding([DOLL, PHOTO]), GetObjectCommand: () => ({ Body }) });
  assert.deepEqual(await ask(...asked), [200, { status: "refused", reason: "format" }]);
  answering(holding([DOLL, PHOTO], [ROW]));
  const [code, { url, ...done }] = await ask(...asked);
  assert.deepEqual([code, done], [200, { status: "done", width: 40, height: 30 }]);
  assert.equal(new URL(url).pathname, "/incoming/DOLL-1/a.jpg.1.webp");
  answering(holding([DOLL]));
  assert.equal((await ask(...asked))[0], 404);
});

test("how a photograph stands takes no list of the others", async () => {
  answering({ ...holding([DOLL, PHOTO]), GetObjectCommand: failure("NoSuchKey") });
  await ask("GET /products/{sku}/photos/{photo}", undefined, { photo: "a.jpg" });
  assert.deepEqual(sent[0].input.ExpressionAttributeValues, { ":sku": { S: "DOLL-1" }, ":part": { S: "photo#a.jpg" } });
  answering({});
  assert.equal((await ask("GET /products/{sku}/photos/{photo}", undefined, { photo: "a".repeat(2_000) }))[0], 404);
  assert.deepEqual(sent, []);
});

test("a photograph that was uploaded again is shown as it is now", async () => {
  const again = { ...ROW, width: { N: "50" }, thumbnail: { S: "incoming/DOLL-1/a.jpg.2.webp" } };
  answering(holding([DOLL, PHOTO], [ROW, again]));
  const [, { url, width }] = await ask("GET /products/{sku}/photos/{photo}", undefined, { photo: "a.jpg" });
  assert.deepEqual([width, new URL(url).pathname], [50, "/incoming/DOLL-1/a.jpg.2.webp"]);
});

test("a fault of AWS is told as one, and the log holds no payload", async (t) => {
  const log = t.mock.method(console, "error", () => {});
  for (const name of ["QueryCommand", "PutItemCommand", "TransactWriteItemsCommand"]) {
    answering({ [name]: failure("ThrottlingException") });
    const route = { QueryCommand: "GET /products/{sku}", PutItemCommand: "PUT /products/{sku}" }[name];
    const body = route ? { name: "a payload", price_cents: 1 } : { content_type: "image/png", size: 5 };
    assert.equal((await ask(route ?? "POST /products/{sku}/photos", body))[0], 503);
  }
  assert.equal(log.mock.callCount(), 3);
  assert.doesNotMatch(JSON.stringify(log.mock.calls.map((call) => call.arguments)), /payload/);
});
