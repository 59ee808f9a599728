import { connect, type Socket } from 'node:net';

/**
 * A process of its own that holds connections to a port of this computer: `node slow-clients.ts <port> <slow> <idle>`. Slow ones send the
 * headers of a request by one byte a second, idle ones nothing after their first answer; whoever is cut off comes again at once. Tells its
 * parent every second how many it holds, and ends with it.
 */
const [port = 0, slow = 0, idle = 0] = process.argv.slice(2).map(Number);
const HEADERS = `GET /login HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: ${'slow '.repeat(100)}\r\n`;
const ASK = `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;

export interface Held {
  readonly slow: number;
  readonly idle: number;
}

const held = { slow: 0, idle: 0 };

function hold(kind: 'slow' | 'idle', begin: (socket: Socket) => () => void): void {
  const socket = connect(port, '127.0.0.1');
  let end = () => {};
  socket.on('connect', () => {
    held[kind] += 1;
    end = begin(socket);
  });
  // An answer is read, and of no interest.
  socket.resume();
  socket.on('error', () => {});
  socket.on('close', () => {
    if (!socket.connecting && socket.bytesWritten > 0) held[kind] -= 1;
    end();
    setTimeout(() => hold(kind, begin), 10);
  });
}

function sendSlowly(socket: Socket): () => void {
  let sent = 1;
  socket.write(HEADERS.charAt(0));
  const timer = setInterval(() => socket.write(HEADERS.charAt(sent++ % HEADERS.length)), 1000);
  return () => clearInterval(timer);
}

function askOnce(socket: Socket): () => void {
  socket.write(ASK);
  return () => {};
}

for (let each = 0; each < slow; each += 1) setTimeout(() => hold('slow', sendSlowly), each);
for (let each = 0; each < idle; each += 1) setTimeout(() => hold('idle', askOnce), each);
setInterval(() => process.send?.({ ...held } satisfies Held), 1000);
process.on('disconnect', () => process.exit());
