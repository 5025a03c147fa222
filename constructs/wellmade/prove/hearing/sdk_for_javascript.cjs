"use strict";
// Hears the commands of the AWS SDK for JavaScript, version 3, that tests make: node --require this file.
//
// A command is heard where it is made, since whoever mocks a client answers before its middleware runs. Each
// is written as a line of JSON into the folder that WELLMADE_HEARD_CALLS names, with the stack that made it and
// the variables that hold one of its texts. wellmade prove --node reads the lines and removes them.

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { threadId } = require("node:worker_threads");

const FILE = path.join(process.env.WELLMADE_HEARD_CALLS ?? ".", `${process.pid}-${threadId}.jsonl`);
const PACKAGE = /@aws-sdk[\\/](client-[a-z0-9-]+|lib-dynamodb)([\\/]dist-cjs[\\/]index\.js)?$/;
const JEST = /[\\/]jest-runtime[\\/]build[\\/]index\.js$/;
const DEEP = 100;

const listeners = new WeakMap(); // what the SDK exports, or a command's class, to what listens in its place
const written = new Set();

function listeningTo(name, exported) {
  const found = PACKAGE.exec(name);
  if (!found || typeof exported !== "object" || exported === null) return exported;
  return inPlaceOf(exported, () => new Proxy(exported, {
    get(target, key, receiver) {
      const value = Reflect.get(target, key, receiver);
      const isCommand = typeof key === "string" && key.endsWith("Command") && typeof value === "function";
      return isCommand ? inPlaceOf(value, () => commandOf(found[1], key, value)) : value;
    },
  }));
}

function commandOf(library, name, Command) {
  const listener = new Proxy(Command, {
    construct(target, given, made) {
      hear(library, name, given[0], target);
      return Reflect.construct(target, given, made === listener ? target : made);
    },
  });
  return listener;
}

function inPlaceOf(original, make) {
  if (!listeners.has(original)) {
    const listener = make();
    listeners.set(original, listener);
    listeners.set(listener, listener); // what is handed on twice listens once
  }
  return listeners.get(original);
}

function hear(library, command, input, target) {
  // Jest gives each test globals of its own: there a stack names the lines of the source, and variables are set.
  const there = target.constructor("return { Error, process }")();
  const texts = new Set();
  const line = JSON.stringify({
    library,
    command,
    input: plain(input ?? {}, texts),
    stack: stackOf(there.Error),
    variables: holding(texts, there.process.env),
  });
  if (written.has(line)) return;
  written.add(line);
  fs.appendFileSync(FILE, `${line}\n`, { mode: 0o600 });
}

// Return a value as JSON has it, and collect its texts. Bytes and streams are nobody's business.
function plain(value, texts, depth = 0) {
  if (typeof value === "string") texts.add(value);
  if (["string", "number", "boolean"].includes(typeof value)) return value;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || depth > DEEP) return null;
  if (Array.isArray(value) || value instanceof Set) return [...value].map((each) => plain(each, texts, depth + 1));
  if (typeof value.pipe === "function" || typeof value.getReader === "function") return null;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => {
    texts.add(key); // a batch names its tables so
    return [key, plain(each, texts, depth + 1)];
  }));
}

function stackOf(TheirError) {
  const limit = TheirError.stackTraceLimit;
  TheirError.stackTraceLimit = DEEP;
  const { stack } = new TheirError();
  TheirError.stackTraceLimit = limit;
  return String(stack);
}

function holding(texts, environment) {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) =>
    texts.has(value) || (/arn:|:\/\//.test(value) && texts.has(value.split(/[/:]/).at(-1)))));
}

// Jest loads the modules of a test itself, and its mocks too.
function listenInJest(exported) {
  const { prototype } = exported.default ?? exported;
  for (const name of ["requireModuleOrMock", "requireActual"]) {
    const proceed = prototype[name];
    if (!proceed) continue;
    prototype[name] = function required(from, module, ...rest) {
      return listeningTo(String(module), proceed.call(this, from, module, ...rest));
    };
  }
}

const load = Module._extensions[".js"];
Module._extensions[".js"] = function loaded(module, file) {
  load(module, file);
  if (JEST.test(file)) listenInJest(module.exports);
  if (PACKAGE.test(file)) module.exports = listeningTo(file, module.exports);
};
