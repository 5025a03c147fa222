// The table of products, and the pipeline that makes thumbnails of their photographs.

import { randomUUID } from "node:crypto";
import { PutItemCommand, QueryCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { statusOf } from "./domain.mjs";

const SECONDS = 900; // that a URL is good for
const PRODUCT = "product";
const LONGEST = 100; // letters of a photograph's name: no other is looked for
const PAGE = 100; // photographs that are named at once
const PHOTO = "photo#"; // before the id of each photograph, so that one query finds those of a product

export class Store {
  constructor(dynamodb, s3) {
    this.dynamodb = dynamodb;
    this.s3 = s3;
  }

  async keep({ sku, name, price_cents: cents }) {
    const item = { sku: { S: sku }, part: { S: PRODUCT }, name: { S: name }, price_cents: { N: String(cents) } };
    await this.dynamodb.send(new PutItemCommand({ TableName: process.env.TABLE_NAME, Item: item }));
  }

  // Return a product with a page of its photographs; `next` is there where more follow it.
  async product(sku, after) {
    const read = [this.#items(process.env.TABLE_NAME, { sku, part: PRODUCT }), this.#photos(sku, after)];
    const [[product], page] = await Promise.all(read);
    return product && { sku, name: product.name.S, price_cents: Number(product.price_cents.N), ...page };
  }

  async #photos(sku, after) {
    const input = {
      TableName: process.env.TABLE_NAME,
      KeyConditionExpression: "#sku = :sku AND begins_with(#part, :photo)",
      ExpressionAttributeNames: { "#sku": "sku", "#part": "part" },
      ExpressionAttributeValues: { ":sku": { S: sku }, ":photo": { S: PHOTO } },
      ExclusiveStartKey: after && { sku: { S: sku }, part: { S: `${PHOTO}${after}` } },
      Limit: PAGE,
      ConsistentRead: true,
    };
    const { Items = [], LastEvaluatedKey } = await this.dynamodb.send(new QueryCommand(input));
    const photos = Items.map(nameOf);
    return LastEvaluatedKey ? { photos, next: nameOf(LastEvaluatedKey) } : { photos };
  }

  // Note a photograph that will arrive, and return where to put it; undefined where there is no such product.
  async expect({ sku, suffix, content_type: type, size }) {
    const photo = `${randomUUID()}${suffix}`;
    const name = process.env.TABLE_NAME;
    const exists = { TableName: name, Key: { sku: { S: sku }, part: { S: PRODUCT } }, ConditionExpression: "attribute_exists(sku)" };
    const noted = { TableName: name, Item: { sku: { S: sku }, part: { S: `${PHOTO}${photo}` } } };
    try {
      await this.dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ ConditionCheck: exists }, { Put: noted }] }));
    } catch (error) {
      if (error.CancellationReasons?.[0].Code === "ConditionalCheckFailed") return undefined;
      throw error;
    }
    const Key = keyOf(sku, photo);
    const put = new PutObjectCommand({ Bucket: process.env.INBOX_BUCKET, Key, ContentType: type, ContentLength: size });
    const bound = new Set(["content-type", "content-length"]);
    const url = await getSignedUrl(this.s3, put, { expiresIn: SECONDS, signableHeaders: bound });
    return { photo, url, headers: { "content-type": type }, seconds: SECONDS };
  }

  // Return how a photograph stands; undefined where none of this name is expected.
  async photo(sku, photo) {
    if (photo.length > LONGEST) return undefined;
    const [noted] = await this.#items(process.env.TABLE_NAME, { sku, part: `${PHOTO}${photo}` });
    if (!noted) return undefined;
    const rows = await this.#items(process.env.PHOTOS_TABLE_NAME, { pk: keyOf(sku, photo) });
    const row = rows.at(-1); // what was uploaded last: a URL takes a photograph again while it is good
    const status = statusOf(row, row ? undefined : await this.#reason(keyOf(sku, photo)));
    return row ? { ...status, url: await this.#thumbnail(row.thumbnail.S) } : status;
  }

  // Find the items with these values of keys, in the order of their sort key.
  async #items(table, keys) {
    const names = Object.keys(keys);
    const input = {
      TableName: table,
      KeyConditionExpression: names.map((name) => `#${name} = :${name}`).join(" AND "),
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, { S: keys[name] }])),
      ConsistentRead: true,
    };
    const found = [];
    do {
      const { Items = [], LastEvaluatedKey } = await this.dynamodb.send(new QueryCommand(input));
      found.push(...Items);
      input.ExclusiveStartKey = LastEvaluatedKey; // a page ends with 1 MB
    } while (input.ExclusiveStartKey);
    return found;
  }

  async #reason(key) {
    const asked = { Bucket: process.env.QUARANTINE_BUCKET, Key: `${key}.reason.json` };
    try {
      const { Body } = await this.s3.send(new GetObjectCommand(asked));
      return JSON.parse(await Body.transformToString()).reason;
    } catch (error) {
      if (error.name === "NoSuchKey") return undefined;
      throw error;
    }
  }

  #thumbnail(key) {
    const get = new GetObjectCommand({ Bucket: process.env.RESULTS_BUCKET, Key: key });
    return getSignedUrl(this.s3, get, { expiresIn: SECONDS });
  }
}

function nameOf({ part }) {
  return part.S.slice(PHOTO.length);
}

function keyOf(sku, photo) {
  return `${process.env.INBOX_PREFIX}${sku}/${photo}`;
}
