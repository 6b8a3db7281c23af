// Unpacks the browser of @sparticuz/chromium, with the few libraries and fonts that it brings, into the folder named.
"use strict";
const fs = require("fs"), path = require("path"), stream = require("stream"), zlib = require("zlib");
const tar = require("tar-fs");

const packed = path.join(__dirname, "..", "node_modules", "@sparticuz", "chromium", "bin");
const target = path.resolve(process.argv[2]);

const unpack = (name, into) => stream.promises.pipeline(
  fs.createReadStream(path.join(packed, name)), zlib.createBrotliDecompress(), into);

// The package's own list of font folders names places of one cloud's machines.
const fontsConf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${target}/fonts</dir><cachedir>${target}/fonts-cache</cachedir></fontconfig>
`;

async function main() {
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(target, { recursive: true });
  await unpack("al2023.tar.br", tar.extract(path.join(target, "libraries")));
  await unpack("fonts.tar.br", tar.extract(path.join(target, "fonts")));
  fs.writeFileSync(path.join(target, "fonts", "fonts.conf"), fontsConf);
  await unpack("swiftshader.tar.br", tar.extract(target));
  await unpack("chromium.br", fs.createWriteStream(path.join(target, "chrome"), { mode: 0o755 }));
}

main();
