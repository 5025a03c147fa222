// Lets Node find the AWS SDK outside of Lambda as it is found there: node --import this file --test.
//
// WELLMADE_NODE_SDK names the folder whose `node_modules` holds it. A package that the code brings along wins.

import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

const lambda = pathToFileURL(`${process.env.WELLMADE_NODE_SDK}/index.mjs`).href;

registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      if (!specifier.startsWith("@aws-sdk/")) throw error;
      return next(specifier, { ...context, parentURL: lambda });
    }
  },
});
