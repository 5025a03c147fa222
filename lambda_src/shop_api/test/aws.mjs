// An AWS that the tests make up: it answers the SDK's commands, and keeps them.

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";

Object.assign(process.env, {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  TABLE_NAME: "products",
  PHOTOS_TABLE_NAME: "photos",
  INBOX_BUCKET: "inbox",
  INBOX_PREFIX: "incoming/",
  RESULTS_BUCKET: "results",
  QUARANTINE_BUCKET: "quarantine",
});

export const sent = [];
let answers = {};

// Answer each command by its name from now on: `{ QueryCommand: (input) => ({ Items: [] }) }`.
export function answering(given) {
  answers = given;
  sent.length = 0;
}

for (const Client of [DynamoDBClient, S3Client]) {
  Client.prototype.send = async (command) => {
    const name = command.constructor.name;
    sent.push({ name, input: command.input });
    return answers[name] ? answers[name](command.input) : {};
  };
}

export function failure(name, more = {}) {
  return () => {
    throw Object.assign(new Error("it holds a payload"), { name, ...more });
  };
}
