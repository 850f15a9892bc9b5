const unzipper = require("unzipper");
const fs = require("fs");
const path = require("path");

function unpack(stream, folder) {
  stream.pipe(unzipper.Parse()).on("entry", (entry) => {
    // ruleid: javascript-archive-path-traversal
    entry.pipe(fs.createWriteStream(path.join(folder, entry.path)));
    const name = entry.path;
    // ruleid: javascript-archive-path-traversal
    fs.mkdirSync(`${folder}/${name}`);
    // ok: javascript-archive-path-traversal
    entry.pipe(fs.createWriteStream(path.join(folder, path.basename(entry.path))));
    // ok: javascript-archive-path-traversal
    fs.writeFileSync(path.join(folder, "list"), entry.path);
    const target = path.resolve(folder, entry.path);
    if (!target.startsWith(folder + path.sep)) {
      return entry.autodrain();
    }
    // ok: javascript-archive-path-traversal
    entry.pipe(fs.createWriteStream(target));
  });
}
