// The table of products, and the pipeline that makes thumbnails of their photographs.

import { randomUUID } from "node:crypto";
import { PutItemCommand, QueryCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { statusOf } from "./domain.mjs";

const SECONDS = 900; // that a URL is good for
const PRODUCT = "product";
const PHOTO = "photo#"; // before the id of each photograph, so that one query finds a product with all of them

export class Store {
  constructor(dynamodb, s3) {
    this.dynamodb = dynamodb;
    this.s3 = s3;
  }

  async keep({ sku, name, price_cents: cents }) {
    const item = { sku: { S: sku }, part: { S: PRODUCT }, name: { S: name }, price_cents: { N: String(cents) } };
    await this.dynamodb.send(new PutItemCommand({ TableName: process.env.TABLE_NAME, Item: item }));
  }

  async product(sku) {
    const items = await this.#items(process.env.TABLE_NAME, "sku", sku);
    const product = items.find(({ part }) => part.S === PRODUCT);
    const photos = items.filter(({ part }) => part.S.startsWith(PHOTO)).map(({ part }) => part.S.slice(PHOTO.length));
    return product && { sku, name: product.name.S, price_cents: Number(product.price_cents.N), photos };
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
    const { photos } = (await this.product(sku)) ?? { photos: [] };
    if (!photos.includes(photo)) return undefined;
    const [row] = await this.#items(process.env.PHOTOS_TABLE_NAME, "pk", keyOf(sku, photo));
    const status = statusOf(row, row ? undefined : await this.#reason(keyOf(sku, photo)));
    return row ? { ...status, url: await this.#thumbnail(row.thumbnail.S) } : status;
  }

  async #items(table, key, value) {
    const asked = { "#key": key };
    const query = { KeyConditionExpression: "#key = :value", ExpressionAttributeNames: asked, ConsistentRead: true };
    const values = { ":value": { S: value } };
    const input = { TableName: table, ...query, ExpressionAttributeValues: values };
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

function keyOf(sku, photo) {
  return `${process.env.INBOX_PREFIX}${sku}/${photo}`;
}
