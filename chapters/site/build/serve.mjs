// A web server for static files on this machine: node serve.mjs FOLDER [PORT]. Also what the tests use.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";

const types = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

// Serves a folder below a prefix ("/" or "/course/"). port 0 takes a free one. Returns { server, url }.
export function serve(folder, { port = 0, prefix = "/" } = {}) {
  const top = path.resolve(folder);
  const answer = (request, response, refuse) => {
    const name = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    if (!name.startsWith(prefix)) return refuse(404);
    let file = path.join(top, name.slice(prefix.length));
    if (file !== top && !file.startsWith(top + path.sep)) return refuse(404);
    const isFolder = fs.statSync(file, { throwIfNoEntry: false })?.isDirectory();
    if (isFolder && !name.endsWith("/")) {
      return response.writeHead(301, { Location: `${name}/` }).end();
    }
    if (isFolder) file = path.join(file, "index.html");
    const size = fs.statSync(file, { throwIfNoEntry: false })?.size;
    if (size === undefined) return refuse(404);
    const type = types[path.extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "Content-Type": type, "Content-Length": size });
    if (request.method === "HEAD") return response.end();
    fs.createReadStream(file)
      .on("error", () => response.destroy()) // it went away meanwhile
      .pipe(response);
  };
  const server = http.createServer((request, response) => {
    const refuse = (status) => response.writeHead(status).end(http.STATUS_CODES[status]);
    try {
      answer(request, response, refuse);
    } catch {
      refuse(400); // no address, or no file's name
    }
  });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, "localhost", () =>
      resolve({ server, url: `http://localhost:${server.address().port}${prefix}` }),
    );
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, port = 8000] = process.argv.slice(2);
  const listen = (at) => serve(folder, { port: at });
  const { url } = await listen(Number(port)).catch(() => listen(0));
  console.log(`The course: ${url}  (Ctrl-C ends)`);
}
