// Products of a shop and their photographs, over HTTP: the wiring.
//
// Clients are made once for all invocations of a copy, and give up before the function does.

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { InvalidRequestError, afterOf, photoOf, productOf, skuOf } from "./domain.mjs";
import { Store } from "./store.mjs";

// Three calls in a row take less than the function's 10 seconds; without the last the SDK warns, and waits on.
const patience = { connectionTimeout: 1_000, requestTimeout: 1_000, throwOnRequestTimeout: true };
const limits = { maxAttempts: 3, requestHandler: patience };
const store = new Store(
  new DynamoDBClient(limits),
  // Else a URL would take nothing but a file with the checksum of an empty one.
  new S3Client({ ...limits, requestChecksumCalculation: "WHEN_REQUIRED" }),
);

// Else another encoding's letters would be replaced, and kept.
const strictly = new TextDecoder("utf-8", { fatal: true });

const routes = {
  "PUT /products/{sku}": async ({ sku }, body) => {
    const product = productOf(skuOf(sku), body);
    await store.keep(product);
    return answer(200, product);
  },
  "GET /products/{sku}": async ({ sku }, _, { after }) => found(await store.product(skuOf(sku), afterOf(after))),
  "POST /products/{sku}/photos": async ({ sku }, body) => {
    const place = await store.expect(photoOf(skuOf(sku), body));
    return place ? answer(201, place) : answer(404, { error: "there is no such product" });
  },
  "GET /products/{sku}/photos/{photo}": async ({ sku, photo }) => found(await store.photo(skuOf(sku), photo)),
};

export async function handler(event) {
  try {
    return await routes[event.routeKey](event.pathParameters, bodyOf(event), event.queryStringParameters ?? {});
  } catch (error) {
    if (error instanceof InvalidRequestError) return answer(400, { error: error.message });
    // The name alone: messages of the SDK may hold what a caller sent.
    console.error("a request was not answered", { route: event.routeKey, error: error.name });
    return answer(503, { error: "please send it again" });
  }
}

// API Gateway encodes what is not told to be text or JSON, such as a body without a content type.
function bodyOf({ body, isBase64Encoded }) {
  if (!isBase64Encoded) return body;
  try {
    return strictly.decode(Buffer.from(body, "base64"));
  } catch {
    throw new InvalidRequestError("the body must be UTF-8");
  }
}

function found(item) {
  return item ? answer(200, item) : answer(404, { error: "there is nothing of this name" });
}

function answer(statusCode, body) {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
