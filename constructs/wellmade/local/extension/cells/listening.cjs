// Gap: a task and a function have a network of their own on AWS; here what listens everywhere is everybody's.
// So a server of Node listens at the address of its task, or at this machine's own where it is a function.
{
  const own = process.env.AWS_LAMBDA_FUNCTION_NAME ? "127.0.0.1" : process.env.HOST || "127.0.0.1";
  const ipv6Only = 1; // the flag of libuv, the same for both
  const atHome = (address) => /^127\.|^::1$|^::ffff:127\./i.test(address);
  const own6 = (flags) => (flags & ipv6Only ? "::1" : `::ffff:${own}`);
  for (const [module, name] of [["tcp_wrap", "TCP"], ["udp_wrap", "UDP"]]) {
    const kind = process.binding(module)[name].prototype;
    const { bind, bind6 } = kind;
    // A socket of UDP without a port of its own serves nobody, and must reach others.
    const stays = (address, port) => atHome(address) || (name === "UDP" && !port);
    kind.bind = function (address, port, ...flags) {
      return bind.call(this, stays(address, port) ? address : own, port, ...flags);
    };
    kind.bind6 = function (address, port, flags, ...more) {
      return bind6.call(this, stays(address, port) ? address : own6(flags), port, flags, ...more);
    };
  }
}
