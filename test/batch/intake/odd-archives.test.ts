import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { inflate64 } from "../../../grader/batch/intake/unpack/inflate64.ts";
import { filesOf, makeSources, open, RAFT, reasonOf } from "./fixture.ts";
import { zipped } from "./tried.ts";
import { buildZip, type ZipEntry } from "./zip-builder.ts";

const main: ZipEntry = { name: "raft.ts", content: RAFT };

async function openZip(zip: Buffer, limits = {}) {
  return open(makeSources({ "bob.zip": zip }), "bob.zip", { limits, anyway: true });
}

/** Archives as systems make them, after PowerShell #2140, yauzl #84 and #26, drop-project #101. */
describe("a zip file", () => {
  it("with \\ between folders, and entries for folders", async () => {
    const names = ["lab2\\", "lab2\\raft.ts", "lab2\\lib\\log.ts"];
    const opened = await openZip(buildZip(names.map((name) => ({ name, content: name.endsWith("\\") ? "" : RAFT }))));
    expect(filesOf(opened)).toEqual({ "raft.ts": RAFT, "lib/log.ts": RAFT });
    expect(opened.notes).toEqual([
      "its names have \\ between folders, which was taken as /",
      "raft.ts was found one folder down, in lab2",
    ]);
  });

  it("whose names with \\ and / are the same file twice", async () => {
    const zip = buildZip([{ name: "a\\raft.ts" }, { name: "a/raft.ts" }]);
    expect(reasonOf(await openZip(zip))).toBe("two files have the name a/raft.ts");
  });

  it.each([
    ["UTF-8 without its flag", Buffer.from("überlög.ts"), "überlög.ts"],
    ["the code page of DOS", Buffer.from([0x81, 0x62, 0x65, 0x72, 0x2e, 0x74, 0x73]), "über.ts"],
    ["decomposed letters, as macOS writes them", Buffer.from("u\u0308.ts"), "u\u0308.ts"],
  ])("with names in %s", async (_, name, wanted) => {
    const opened = await openZip(buildZip([main, { name, flags: 0, content: "x" }]));
    expect(Object.keys(filesOf(opened)).sort()).toEqual(["raft.ts", wanted].sort());
  });

  it("in a zip file, in folders and beside papers, when it is all there is", async () => {
    const inner = zipped({ "lab2/raft.ts": RAFT, "lab2/log.ts": "log" });
    const outer = zipped({ "hand-in/lab2.zip": inner, "hand-in/report.pdf": "%PDF", "__MACOSX/x": "" });
    const opened = await openZip(zipped({ "again.zip": outer }));
    expect(filesOf(opened)).toEqual({ "raft.ts": RAFT, "log.ts": "log" });
    expect(opened.notes).toEqual([
      "again.zip was unpacked, as it is all there is",
      "__MACOSX was left out",
      "hand-in/lab2.zip was unpacked, as it is all there is beside hand-in/report.pdf",
      "raft.ts was found one folder down, in lab2",
    ]);
  });

  it.each([
    ["beside sources", { "lab2.zip": zipped({ "raft.ts": RAFT }), "log.ts": "" }, /^there is no raft\.ts in it/],
    [
      "three deep",
      { "1.zip": zipped({ "2.zip": zipped({ "3.zip": zipped({ "raft.ts": RAFT }) }) }) },
      /there is no raft\.ts in it.*3\.zip/,
    ],
    [
      "two of them",
      { "a.zip": zipped({ "raft.ts": "a" }), "b.zip": zipped({ "raft.ts": "b" }) },
      /^there is no raft\.ts in it/,
    ],
    ["an evil one", { "a.zip": zipped({ "../raft.ts": "a" }) }, /leads out of its folder/],
  ])("in a zip file, %s", async (_, files: Record<string, string | Buffer>, reason) => {
    expect(reasonOf(await openZip(zipped(files)))).toMatch(reason);
  });

  it("in a zip file has only what is left of the limits", async () => {
    const inner = buildZip([main, { name: "noise.txt", content: "n".repeat(4_000) }]);
    const outer = buildZip([
      { name: "lab2.zip", content: inner },
      { name: "noise.pdf", content: "n".repeat(7_000) },
    ]);
    expect(filesOf(await openZip(outer))).toHaveProperty(["raft.ts"]);
    expect(reasonOf(await openZip(outer, { totalBytes: 10_000 }))).toMatch(/unpacks to more than \d+ bytes/);
    expect(reasonOf(await openZip(outer, { entries: 3 }))).toMatch(/more than 1 files and folders/);
  });

  it("does not count what is left out for its size, and counts all the rest", async () => {
    const noise = Buffer.from(Array.from({ length: 3_000 }, (_, at) => (at * 7919) % 251));
    const modules = { name: "my-raft/node_modules/consensus-labs/dist/cli.js", content: noise, isStored: true };
    const own = { name: "my-raft/big.bin", content: noise, isStored: true };
    const inFolder = { ...main, name: "my-raft/raft.ts" };
    const limits = { archiveBytes: 1_500 };
    const opened = await openZip(buildZip([inFolder, modules]), limits);
    expect(filesOf(opened)).toEqual({ "raft.ts": RAFT });
    expect(opened.notes[0]).toBe("node_modules was left out");
    expect(reasonOf(await openZip(buildZip([inFolder, own]), limits))).toMatch(
      /the archive has \d+ bytes; at most 1500/,
    );
    // What is left out may make it four times as large, and no more.
    const most = { archiveBytes: 700 };
    expect(reasonOf(await openZip(buildZip([inFolder, modules]), most))).toMatch(
      /the archive has \d+ bytes; at most 700/,
    );
  });

  it("does not give room for a bomb by what is left out", async () => {
    const zeros = "0".repeat(30_000);
    const noise = { name: "node_modules/x", content: Buffer.alloc(20_000, 1), isStored: true };
    const limits = { ratio: 10, ratioFreeBytes: 1_000 };
    expect(reasonOf(await openZip(buildZip([main, noise, { name: "z", content: zeros }]), limits))).toMatch(
      /archive bomb/,
    );
  });
});

/** Bits as Deflate writes them: the lowest first, codes from their highest. */
class Bits {
  private readonly bits: number[] = [];
  value(value: number, count: number): this {
    for (let at = 0; at < count; at++) this.bits.push((value >> at) & 1);
    return this;
  }
  code(code: number, count: number): this {
    for (let at = count - 1; at >= 0; at--) this.bits.push((code >> at) & 1);
    return this;
  }
  bytes(): Buffer {
    const bytes = Buffer.alloc(Math.ceil(this.bits.length / 8));
    this.bits.forEach((bit, at) => {
      bytes[at >> 3] = (bytes[at >> 3] as number) | (bit << (at & 7));
    });
    return bytes;
  }
}

async function inflated(bytes: Buffer): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of inflate64(pieceOf(bytes))) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* pieceOf(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** PKWARE's APPNOTE, section 5.3; the fixed codes are those of RFC 1951, section 3.2.6. */
describe("Deflate64", () => {
  it("is Deflate, where nothing is far away or long", async () => {
    const text = Buffer.from(Array.from({ length: 3_000 }, (_, at) => `${at % 97} ${at * at} x`).join("\n"));
    // Of length 258 Deflate has a code that Deflate64 uses otherwise: shorter matches avoid it.
    expect(await inflated(deflateRawSync(text, { level: 9 }))).toEqual(text);
    expect(await inflated(deflateRawSync(text, { level: 0 }))).toEqual(text);
  });

  it("has matches of up to 65 538 bytes, and from up to 65 536 bytes back", async () => {
    const fixed = new Bits()
      .value(1, 1)
      .value(1, 2)
      .code(0x30 + 0x61, 8);
    // Code 285 with 16 bits more, from one byte back; then 3 bytes from the farthest code, 31, with 14 bits more.
    fixed
      .code(0xc0 + 5, 8)
      .value(65_534, 16)
      .code(0, 5);
    fixed.code(0x30 + 0x62, 8);
    fixed.code(1, 7).code(30, 5).value(16_000, 14);
    fixed.code(0, 7);
    const bytes = await inflated(fixed.bytes());
    expect(bytes.length).toBe(1 + 65_537 + 1 + 3);
    expect(bytes.subarray(-4).toString()).toBe("baaa");
  });

  it.each([
    ["a distance before the beginning", new Bits().value(1, 1).value(1, 2).code(1, 7).code(0, 5), /too far back/],
    ["no end", new Bits().value(1, 1).value(1, 2).code(0x30, 8), /unexpected end/],
    ["a block of no kind", new Bits().value(1, 1).value(3, 2), /invalid block type/],
  ])("that is broken, by %s, is refused", async (_, bits, reason) => {
    await expect(inflated(bits.bytes())).rejects.toThrow(reason);
  });

  it("in a zip file is taken, with the same checks", async () => {
    const zip = (more: Partial<ZipEntry> = {}) => buildZip([{ ...main, method: 9, ...more }]);
    expect(filesOf(await openZip(zip()))).toEqual({ "raft.ts": RAFT });
    expect(reasonOf(await openZip(zip({ crc: 1 })))).toMatch(/checksum of raft\.ts is wrong/);
    expect(reasonOf(await openZip(zip({ size: RAFT.length - 1 })))).toMatch(/too many bytes/);
    expect(reasonOf(await openZip(zip({ size: RAFT.length + 1 })))).toMatch(/not enough bytes/);
    const zeros = { name: "zeros", content: "0".repeat(200_000), method: 9 };
    const limits = { ratio: 10, ratioFreeBytes: 1_000 };
    expect(reasonOf(await openZip(buildZip([main, zeros]), limits))).toMatch(/broken|archive bomb/);
  });
});
