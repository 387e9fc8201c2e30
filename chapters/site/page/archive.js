// Archives: tar files are read (the kit), zip files are read and written (the reader's answers).

const decoder = new TextDecoder();

// A tar's plain files: Map of path -> bytes.
export const untar = (bytes) => {
  const files = new Map();
  const field = (at, length) => decoder.decode(bytes.subarray(at, at + length)).replace(/\0.*/s, "");
  for (let at = 0; at + 512 <= bytes.length && bytes[at]; ) {
    const name = `${field(at + 345, 155)}/${field(at, 100)}`.replace(/^\/|\.\//g, "");
    const size = parseInt(field(at + 124, 12), 8);
    if ("0\0".includes(String.fromCharCode(bytes[at + 156]))) files.set(name, bytes.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
};

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});
const crc32 = (bytes) => ~bytes.reduce((crc, byte) => crcTable[(crc ^ byte) & 255] ^ (crc >>> 8), -1) >>> 0;

// A record of 16 and 32 bit numbers: [bytes, value] each.
const record = (...fields) => {
  const bytes = [];
  for (const [size, value] of fields) for (let i = 0; i < size; i++) bytes.push((value >>> (8 * i)) & 255);
  return Uint8Array.from(bytes);
};

// A zip of stored files. files: [[path, bytes]].
export const zip = (files, date = new Date()) => {
  const time = (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1);
  const day = ((date.getFullYear() - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate();
  const parts = [];
  const directory = [];
  let at = 0;
  for (const [path, bytes] of files) {
    const name = new TextEncoder().encode(path);
    const size = bytes.length;
    const about = [[2, 20], [2, 0x800], [2, 0], [2, time], [2, day], [4, crc32(bytes)], [4, size], [4, size]];
    about.push([2, name.length], [2, 0]);
    const head = record([4, 0x04034b50], ...about);
    directory.push(record([4, 0x02014b50], [2, 20], ...about, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]), name);
    parts.push(head, name, bytes);
    at += head.length + name.length + size;
  }
  const length = directory.reduce((sum, part) => sum + part.length, 0);
  const count = files.length;
  const end = record([4, 0x06054b50], [4, 0], [2, count], [2, count], [4, length], [4, at], [2, 0]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
};

const inflate = async (bytes) => {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

// A zip's files, stored or deflated: Map of path -> bytes. Throws if it is none.
export const unzip = async (bytes) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new Error("it is no zip file");
  const files = new Map();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    const [method, size, nameLength, extra, comment, head] = [
      view.getUint16(at + 10, true),
      view.getUint32(at + 20, true),
      view.getUint16(at + 28, true),
      view.getUint16(at + 30, true),
      view.getUint16(at + 32, true),
      view.getUint32(at + 42, true),
    ];
    const path = decoder.decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const from = head + 30 + view.getUint16(head + 26, true) + view.getUint16(head + 28, true);
    const content = bytes.subarray(from, from + size);
    if (!path.endsWith("/")) files.set(path, method === 8 ? await inflate(content) : content);
    at += 46 + nameLength + extra + comment;
  }
  return files;
};
