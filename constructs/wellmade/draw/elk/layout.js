// Reads attempts as JSON, gives every node and arrow of one its place, and writes that one: the first that is
// no wider than asked, else the narrowest. An attempt whose `below` is exceeded so far is passed over.
const ELK = require(process.argv[2]);
const widest = Number(process.argv[3]);

async function firstThatFits(attempts) {
  const kernel = new ELK();
  let best, failure;
  for (const { graph, below } of attempts) {
    if (below && best && best.width > below) continue;
    const placed = await kernel.layout(graph).catch((error) => void (failure = error));
    if (placed && (!best || placed.width < best.width)) best = placed;
    if (best && best.width <= widest) break;
  }
  if (!best) throw failure;
  return best;
}

let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", () => {
  firstThatFits(JSON.parse(text))
    .then((placed) => process.stdout.write(JSON.stringify(placed)))
    .catch((error) => {
      process.stderr.write(String(error.message || error));
      process.exitCode = 1;
    });
});
