// Reads a graph as JSON, gives every node and arrow its place, and writes it again.
const ELK = require(process.argv[2]);

let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", () => {
  new ELK()
    .layout(JSON.parse(text))
    .then((placed) => process.stdout.write(JSON.stringify(placed)))
    .catch((error) => {
      process.stderr.write(String(error.message || error));
      process.exitCode = 1;
    });
});
