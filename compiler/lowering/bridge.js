// The Node side of compiler/lowering/bridge.py: reads charts, passes every object through cdk8s, answers with manifests.
//
// Messages both ways are a length (4 bytes, big-endian) and that many bytes of JSON. Strictly one answer for each
// message, all calls blocking: there is nothing else to do in between, and no event loop to pay for.
//   out, once:  {"node": "24.1.0", "cdk8s": "2.70.115"} or {"failure": "node" | "library", "message": "..."}
//   in:         [[chart id, [object, ...]], ...]
//   out:        [[manifest, ...], ...] in the same order, or {"chart": index, "object": index or null, "message": "..."}
//
// Written for old Nodes too up to the version check, so that they can say that they are too old.
"use strict";

var fs = require("fs");
var path = require("path");

var STDIN = 0;
var STDOUT = 1;

function writeAll(buffer) {
  var offset = 0;
  while (offset < buffer.length) {
    offset += fs.writeSync(STDOUT, buffer, offset);
  }
}

function send(text) {
  // One buffer, one write: a length on its own would wake the reader twice.
  var size = Buffer.byteLength(text);
  var frame = Buffer.allocUnsafe(4 + size);
  frame.writeUInt32BE(size, 0);
  frame.write(text, 4);
  writeAll(frame);
}

/** Fill the first `size` bytes of `buffer`; false at the end of the stream. */
function readInto(buffer, size) {
  var offset = 0;
  while (offset < size) {
    var count;
    try {
      count = fs.readSync(STDIN, buffer, offset, size - offset, null);
    } catch (error) {
      if (error.code !== "EOF") throw error; // Windows reports a closed pipe so
      count = 0;
    }
    if (count === 0) return false;
    offset += count;
  }
  return true;
}

// JavaScript would change integers beyond 2^53 and lose keys that every object of its own has. They are found in the
// text, which costs next to nothing, and pass cdk8s as texts that start with a mark (a non-character of Unicode); texts
// that start with it already get one more. Such a key is sorted behind all others.
var MARK = "\ufdd0";
var SUSPECT = /[:,[]-?\d{16}|"__proto__"|"constructor"|\\ufdd0/;
var TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
var TEXT = /"(?:[^"\\]|\\.)*"/g;
var INTEGER = /^-?\d{16,}$/;

function shield(text) {
  return text.replace(TOKEN, function (token) {
    if (token === '"__proto__"' || token === '"constructor"') return '"' + MARK + token.slice(1);
    if (token.slice(0, 7) === '"\\ufdd0') return '"' + MARK + token.slice(1);
    return INTEGER.test(token) && !Number.isSafeInteger(Number(token)) ? '"' + MARK + "n" + token + '"' : token;
  });
}

function unshield(text) {
  return text.replace(TEXT, function (token) {
    if (token[1] !== MARK) return token;
    return token[2] === "n" ? token.slice(3, -1) : '"' + token.slice(2);
  });
}

/** Return an id that is unique in a cluster for each object; no "/", which separates constructs. */
function identity(object) {
  var group = object.apiVersion.indexOf("/") < 0 ? "" : object.apiVersion.split("/")[0];
  return group + "|" + object.kind + "|" + (object.metadata.namespace || "") + "|" + object.metadata.name;
}

/** Say what keeps cdk8s from taking the object as it is (it would make up a name, or fail without a reason), or null. */
function refusal(object) {
  if (typeof object.apiVersion !== "string" || object.apiVersion === "") return "the object has no apiVersion";
  if (typeof object.kind !== "string" || object.kind === "") return "the object has no kind";
  var metadata = object.metadata || {};
  if (typeof metadata.name !== "string" || metadata.name === "") return "the object has no metadata.name";
  // Spread into an object, a text would become one label for each letter.
  var isMap = function (value) {
    return value === undefined || (typeof value === "object" && !Array.isArray(value));
  };
  return isMap(metadata.labels) && isMap(metadata.annotations) ? null : "labels or annotations are no mapping";
}

/** Return the manifests of one chart in the order given. Its own App, because `toJson` validates the whole App. */
function lower(cdk8s, id, objects, index) {
  var current = null;
  try {
    var app = new cdk8s.App({ recordConstructMetadata: false });
    var chart = new cdk8s.Chart(app, id, { disableResourceNameHashes: true });
    for (current = 0; current < objects.length; current++) {
      var reason = refusal(objects[current]);
      if (reason !== null) throw new Error(reason);
      new cdk8s.ApiObject(chart, identity(objects[current]), objects[current]);
    }
    current = null;
    return chart.toJson();
  } catch (error) {
    throw Object.assign(error, { chart: index, object: current });
  }
}

/** Return the answer to one message. The sender escapes what is not ASCII, and Latin-1 is the fastest way to a string. */
function answer(cdk8s, text) {
  var suspect = SUSPECT.test(text);
  try {
    var manifests = JSON.parse(suspect ? shield(text) : text).map(function (chart, index) {
      return lower(cdk8s, chart[0], chart[1], index);
    });
    return suspect ? unshield(JSON.stringify(manifests)) : JSON.stringify(manifests);
  } catch (error) {
    if (!("chart" in error)) throw error;
    return JSON.stringify({ chart: error.chart, object: error.object, message: error.message });
  }
}

/**
 * Let a library that another one requires count as loaded, and empty. What cdk8s reads and writes YAML with is two
 * thirds of its modules, and takes as long to load as a bare Node to start; no YAML passes here.
 */
function passOver(libraries, library, dependent) {
  var file = libraries.resolve(library, { paths: [path.dirname(libraries.resolve(dependent))] });
  libraries.cache[file] = { id: file, filename: file, loaded: true, exports: {}, children: [] };
}

function main() {
  if (parseInt(process.versions.node, 10) < parseInt(process.argv[3], 10)) {
    send(JSON.stringify({ failure: "node", message: process.versions.node }));
    return;
  }
  var cdk8s;
  var version;
  try {
    var libraries = require("module").createRequire(path.join(process.argv[2], "libraries.js"));
    passOver(libraries, "yaml", "cdk8s");
    cdk8s = libraries("cdk8s");
    version = libraries("cdk8s/package.json").version;
  } catch (error) {
    send(JSON.stringify({ failure: "library", message: String(error.message).split("\n")[0] }));
    return;
  }
  send(JSON.stringify({ node: process.versions.node, cdk8s: version }));

  var length = Buffer.alloc(4);
  var body = Buffer.alloc(1 << 20);
  while (readInto(length, 4)) {
    var size = length.readUInt32BE(0);
    if (size > body.length) body = Buffer.alloc(size);
    if (!readInto(body, size)) return;
    send(answer(cdk8s, body.latin1Slice(0, size)));
  }
}

main();
