// Reads the attempts for one whole picture and those for each of its sheets as JSON, gives every node and arrow its
// place, and writes what is drawn: the whole where it is no wider than asked, else all sheets. Of several attempts
// the first that is no wider is taken, else the narrowest; one whose `below` is exceeded so far is passed over.
const ELK = require(process.argv[2]);
const widest = Number(process.argv[3]);
const kernel = new ELK();

// Some graphs fail only where gaps are closed: they are laid out with them.
const CLOSING = "elk.layered.compaction.postCompaction.strategy";

function withGaps(node) {
  const { [CLOSING]: _, ...layoutOptions } = node.layoutOptions || {};
  return { ...node, layoutOptions, ...(node.children && { children: node.children.map(withGaps) }) };
}

async function firstThatFits(attempts) {
  let best, failure;
  for (const { graph, below } of attempts) {
    if (below && best && best.width > below) continue;
    const placed = await kernel
      .layout(structuredClone(graph))
      .catch(() => kernel.layout(withGaps(graph)))
      .catch((error) => void (failure = error));
    if (placed && (!best || placed.width < best.width)) best = placed;
    if (best && best.width <= widest) break;
  }
  if (!best) throw failure;
  return best;
}

async function laidOut({ whole, sheets }) {
  if (!sheets.length) return [await firstThatFits(whole)];
  const one = whole.length ? await firstThatFits(whole).catch(() => null) : null;
  if (one && one.width <= widest) return [one];
  const placed = [];
  for (const attempts of sheets) placed.push(await firstThatFits(attempts));
  return placed;
}

let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", () => {
  laidOut(JSON.parse(text))
    .then((placed) => process.stdout.write(JSON.stringify(placed)))
    .catch((error) => {
      process.stderr.write(String(error.message || error));
      process.exitCode = 1;
    });
});
