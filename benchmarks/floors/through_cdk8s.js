// The Node side of through_cdk8s.py: one message in, one App for each chart, one message out.
"use strict";
const fs = require("fs");
const { App, ApiObject, Chart } = require("module").createRequire(process.argv[2] + "/x.js")("cdk8s");
const answer = JSON.parse(fs.readFileSync(0, "latin1")).map((objects, i) => {
  const chart = new Chart(new App({ recordConstructMetadata: false }), "c" + i, { disableResourceNameHashes: true });
  objects.forEach((object, j) => new ApiObject(chart, "o" + j, object));
  return chart.toJson();
});
fs.writeFileSync(1, JSON.stringify(answer));
