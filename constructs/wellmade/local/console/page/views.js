// One view a kind: how its list is shown, and what is shown of one of them.

import { ask, element, plainTable, region, table, tell } from "./page.js";
import { drawn } from "./drawing.js";

const time = (milliseconds) => new Date(milliseconds).toLocaleTimeString();
const link = (section, key, text) => element("a", { href: `#/${section}/${encodeURIComponent(key)}`, id: `open-${key}` }, text);
const trouble = (count) => (count ? element("span", { class: "bad" }, count) : count);
const asText = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

export const views = {
  stacks: {
    title: "Stacks",
    list: async () => {
      const found = await ask("stacks");
      document.getElementById("where").textContent = `${found.endpoint} ${found.fast}`;
      return table("Stacks", ["stack", "status", "#resources"], found.stacks.map((each) => [
        link("stacks", each.name, each.name), status(each.status), each.resources.length]));
    },
    detail: async (name) => {
      const stack = (await ask("stacks")).stacks.find((each) => each.name === name);
      if (!stack) return [element("p", {}, "It is no longer there.")];
      const kinds = stack.resources.toSorted((a, b) => a.type.localeCompare(b.type));
      return [
        element("h4", {}, "Outputs"),
        table("Outputs", ["output", "value"], Object.entries(stack.outputs)),
        element("h4", {}, "Resources"),
        table("Resources", ["type", "logical id", "name"], kinds.map((each) => [each.type, each.id, each.name])),
      ];
    },
  },
  functions: {
    title: "Functions",
    list: async () => table("Functions", ["function", "stack", "runtime", "#invocations", "#errors"],
      (await ask("functions")).functions.map((each) => [
        link("functions", each.group, each.id), each.stack, each.runtime, each.invocations, trouble(each.errors)])),
    detail: async (group) => {
      const found = await ask("log", { group });
      const lines = found.lines.map((line) => `${time(line.time)}  ${line.message.trimEnd()}`);
      return [leftOut(found.leftOut), element("h4", {}, "Log"), element("pre", { class: "log", id: "log", tabindex: "0" }, lines.join("\n") || "It wrote nothing yet.")];
    },
  },
  queues: {
    title: "Queues",
    list: async () => table("Queues", ["queue", "stack", "#waiting", "#in flight", "#delayed", "role"],
      (await ask("queues")).queues.map((each) => [
        link("queues", each.url, each.id), each.stack, each.deadLetter ? trouble(each.waiting) : each.waiting, each.hidden,
        each.delayed, each.deadLetter ? "dead-letter queue" : ""])),
    forms: async (url, done) => {
      const queue = (await ask("queues")).queues.find((each) => each.url === url);
      return queue ? [sendForm(queue, done), queue.deadLetter && redriveButton(queue, done)] : [];
    },
    detail: async (url) => {
      const found = await ask("messages", { url });
      return [
        element("h4", {}, "Messages (looked at, not received)"),
        leftOut(found.leftOut),
        table("Messages", ["sent", "body", "#receives", "state"], found.messages.map((each) => [
          time(each.SentTimestamp), element("pre", {}, each.Body), each.ReceiveCount,
          each.HiddenSeconds ? element("span", { class: "busy" }, `hidden for ${each.HiddenSeconds} s`) : "waiting"])),
      ];
    },
  },
  buckets: {
    title: "Buckets",
    list: async () => table("Buckets", ["bucket", "stack", "name"],
      (await ask("buckets")).buckets.map((each) => [link("buckets", each.name, each.id), each.stack, each.name])),
    detail: async (bucket) => {
      const found = await ask("objects", { bucket });
      return [
        found.more && element("p", { class: "soft" }, "There are more objects."),
        table("Objects", ["key", "#bytes", "modified"], found.objects.map((each) => [each.key, each.size, new Date(each.modified).toLocaleString()])),
      ];
    },
  },
  tables: {
    title: "Tables",
    list: async () => table("Tables", ["table", "stack", "#items"],
      (await ask("tables")).tables.map((each) => [link("tables", each.name, each.id), each.stack, each.items])),
    detail: async (name) => {
      const found = await ask("items", { table: name });
      const columns = [...new Set(found.items.flatMap((item) => Object.keys(item)))];
      return [
        found.more && element("p", { class: "soft" }, "There are more items."),
        plainTable("Items", columns, found.items.map((item) => columns.map((column) => (Object.hasOwn(item, column) ? asText(item[column]) : "")))),
      ];
    },
  },
  machines: {
    title: "State machines",
    list: async () => table("State machines", ["state machine", "stack"],
      (await ask("machines")).machines.map((each) => [link("machines", each.arn, each.id), each.stack])),
    detail: async (key) => (key.includes(":execution:") || key.includes(":express:") ? execution(key) : executions(key)),
  },
  alarms: {
    title: "Alarms",
    list: async () => table("Alarms", ["alarm", "stack", "state", "why"],
      (await ask("alarms")).alarms.map((each) => [each.id, each.stack, alarmState(each.state), each.reason || each.description])),
  },
  gaps: {
    title: "Not as on AWS",
    list: async () => {
      const found = await ask("gaps");
      return element("div", {},
        element("h3", {}, "Happened and could not be done"),
        table("Could not be done", ["#times", "what"], found.notDone.map((each) => [each.times, each.what])),
        element("h3", {}, "Of what is deployed"),
        table("Not as on AWS", ["kind", "what"], found.gaps.map((each) => [each.kind, each.what])));
    },
  },
};

async function executions(machine) {
  const found = await ask("executions", { machine });
  return [
    element("h4", {}, "Executions"),
    table("Executions", ["execution", "status"], found.executions.map((each) => [link("machines", each.arn, each.name), status(each.status)])),
    element("h4", {}, "Definition"),
    region("Drawing", drawn(found.drawing, "State machine")),
  ];
}

async function execution(arn) {
  const found = await ask("execution", { arn });
  return [
    element("p", {}, status(found.status), found.error ? ` ${found.error}: ${found.cause}` : ""),
    region("Drawing", drawn(found.drawing, "Execution")),
    element("h4", {}, "Input"), element("pre", {}, found.input),
    element("h4", {}, "Output"), element("pre", {}, found.output || "none"),
    element("h4", {}, "Events"),
    table("Events", ["time", "event", "of", "with"], found.events.map((each) => [time(each.time), each.type, each.said, each.more])),
  ];
}

function sendForm(queue, done) {
  const body = element("textarea", { id: "body", rows: "3", required: true });
  const group = queue.fifo ? element("input", { id: "group", value: "console" }) : undefined;
  const send = async (event) => {
    event.preventDefault();
    const once = crypto.randomUUID();
    await done(tell("send", { url: queue.url, body: body.value, group: group?.value, once }), () => "The message was sent.");
  };
  return element("form", { onsubmit: send },
    element("label", { for: "body" }, "Message"), body,
    group && element("label", { for: "group" }, "Message group"), group,
    element("button", { type: "submit" }, "Send"));
}

function redriveButton(queue, done) {
  const redrive = () => done(tell("redrive", { arn: queue.arn }), (answer) => `${answer.moved} messages were sent back to where they failed.`);
  return element("button", { type: "button", id: "redrive", onclick: redrive }, "Send all back to where they failed");
}

function leftOut(count) {
  return count ? element("p", { class: "soft" }, `${count} more are not shown.`) : undefined;
}

function status(text) {
  const kind = /FAIL|ROLLBACK|TIMED_OUT|ABORTED/.test(text) ? "bad" : /PROGRESS|RUNNING/.test(text) ? "busy" : "good";
  return element("span", { class: kind }, text);
}

function alarmState(text) {
  return element("span", { class: { ALARM: "bad", OK: "good" }[text] ?? "soft" }, text);
}
