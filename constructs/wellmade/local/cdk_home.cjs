// aws-cdk-lib keeps the fingerprints of assets below the user's home, and asks no variable where else.
// With this file in NODE_OPTIONS that one module sees CDK_HOME as the home; nothing else does.
const Module = require("module");

const load = Module._load;
Module._load = function (request, parent, ...rest) {
  const loaded = load.call(this, request, parent, ...rest);
  const asked = request === "os" && /fingerprint-disk-cache\.js$/.test((parent && parent.filename) || "");
  return asked && process.env.CDK_HOME ? { ...loaded, homedir: () => process.env.CDK_HOME } : loaded;
};
