// Builds static/dist: scripts, the style sheet, fonts and icons under names that carry their content's hash,
// so that browsers may keep them for ever, and manifest.json, by which the server finds them.
// Why one folder swapped at the end: a server that runs meanwhile never sees half a build.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const fresh = join(here, "dist.new");
const manifest = {};

await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });
await scripts(["app", "editor"]);
await styles();
await icons();
await packed();
await paper();
await writeFile(join(fresh, "manifest.json"), JSON.stringify(sorted(manifest), null, 1) + "\n");
await rm(dist, { recursive: true, force: true });
await rename(fresh, dist);

/** ES modules, what they share cut into chunks of its own. */
async function scripts(names) {
  const entryPoints = names.map((name) => join(here, "js", `${name}.js`)).filter(existsSync);
  if (!entryPoints.length) return;
  await bundle({ entryPoints, splitting: true, format: "esm", target: "es2022" });
}

/** fonts.css, then trialogue.css and what it imports; fonts are copied beside. */
async function styles() {
  const sheets = ["fonts", "trialogue"].filter((name) => existsSync(join(here, "css", `${name}.css`)));
  const contents = sheets.map((name) => `@import "./${name}.css";`).join("\n");
  await bundle({
    stdin: { contents, loader: "css", resolveDir: join(here, "css"), sourcefile: "sheets.css" },
    entryNames: "trialogue-[hash]",
    loader: { ".woff2": "file", ".svg": "dataurl" },
  });
}

/** Beside each text file the same, packed: the server sends what the browser accepts and packs nothing itself. */
async function packed() {
  for (const name of await readdir(fresh)) {
    if (!/\.(js|css|svg)$/.test(name)) continue;
    const body = await readFile(join(fresh, name));
    await writeFile(join(fresh, `${name}.gz`), gzipSync(body, { level: 9 }));
    await writeFile(join(fresh, `${name}.br`), brotliCompressSync(body));
  }
}

async function bundle(options) {
  const { metafile } = await build({
    bundle: true,
    minify: true,
    metafile: true,
    outdir: fresh,
    absWorkingDir: here,
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    assetNames: "[name]-[hash]",
    legalComments: "none",
    logLevel: "warning",
    ...options,
  });
  for (const path of Object.keys(metafile.outputs)) record(basename(path));
}

/** One sprite: <symbol id="i-eye">, its stroke and size left to the style sheet. */
async function icons() {
  const names = (await readFile(join(here, "icons.txt"), "utf8")).split("\n").map((line) => line.trim());
  const symbols = [];
  for (const name of names.filter((line) => line && !line.startsWith("#"))) {
    const file = join(here, "node_modules", "lucide-static", "icons", `${name}.svg`);
    if (!existsSync(file)) throw new Error(`icons.txt: Lucide has no icon named ${name}`);
    const shapes = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(await readFile(file, "utf8"))[1];
    symbols.push(`<symbol id="i-${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`);
  }
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`;
  const hash = createHash("sha256").update(sprite).digest("hex").slice(0, 8).toUpperCase();
  await writeFile(join(fresh, `icons-${hash}.svg`), sprite);
  record(`icons-${hash}.svg`);
}

/** What the worker prints with, in print/: fonts that PDF readers can hold (TTF, one weight a file) and drawings. */
async function paper() {
  const fonts = {
    "literata": ["400Regular", "500Medium", "500Medium_Italic", "600SemiBold"],
    "hanken-grotesk": ["400Regular", "500Medium", "600SemiBold"],
    "noto-sans": ["400Regular"],
    "noto-sans-hebrew": ["400Regular"],
    "noto-sans-arabic": ["400Regular"],
    "noto-emoji": ["400Regular"],
  };
  const print = join(fresh, "print");
  await mkdir(join(print, "fonts"), { recursive: true });
  for (const [family, faces] of Object.entries(fonts)) {
    for (const face of faces) {
      const folder = join(here, "node_modules", "@expo-google-fonts", family, face);
      const [file] = (await readdir(folder)).filter((name) => name.endsWith(".ttf"));
      await copyFile(join(folder, file), join(print, "fonts", file));
    }
  }
  const drawings = {};
  const drawn = "check eye file-text flag hourglass list-todo minus pen-line signature stamp";
  for (const name of drawn.split(" ")) {
    const svg = await readFile(join(here, "node_modules", "lucide-static", "icons", `${name}.svg`), "utf8");
    drawings[name] = svg.slice(svg.indexOf("<svg"));
  }
  await writeFile(join(print, "icons.json"), JSON.stringify(drawings) + "\n");
}

/** "literata-latin-wght-normal-AB12CD34.woff2" is found as "literata-latin-wght-normal.woff2". */
function record(file) {
  manifest[file.replace(/-[A-Z0-9]{8}(\.\w+)$/, "$1")] = file;
}

function sorted(object) {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
