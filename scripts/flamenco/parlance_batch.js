// SPDX-License-Identifier: GPL-3.0-or-later

// A job type for Flamenco 3: a list of lines, shared out among the workers of a farm.
// Put this file into the folder "scripts" beside flamenco-manager; see docs/command-line.md.

const JOB_TYPE = {
    label: "Parlance Batch",
    description: "Lip sync for a list of lines: curves, or keyed .blend files, and one report.",
    settings: [
        { key: "lines", type: "string", subtype: "file_path", required: true,
          description: "CSV with the columns id and audio. Every worker must see it, and the sounds, at the same path" },
        { key: "out", type: "string", subtype: "dir_path", required: true,
          description: "Folder for the results and report.csv; lines that are done in it are not done again" },
        { key: "shards", type: "int32", default: 8, propargs: { min: 1, max: 9999 },
          description: "Tasks that the lines are shared out to" },
        { key: "jobs", type: "int32", default: 1, propargs: { min: 1, max: 256 },
          description: "Processes in each task" },
        { key: "options", type: "string", default: "",
          description: "More options of “parlance batch”, for example: --fps 30 --preset newsreader" },
        { key: "program", type: "string", default: "parlance", visible: "submission",
          description: "How workers call parlance; a variable of Flamenco, such as {parlance}, where systems differ" },
    ],
};

function compileJob(job) {
    const settings = job.settings;
    const shards = settings.shards || 1;
    if (shards < 1) {
        throw "The lines cannot be shared out to fewer than one task.";
    }
    if (shards === 1) {
        job.addTask(batchTask("lines", settings, []));
        return;
    }
    // Flamenco would take a shard with one bad line for a broken worker, and try it elsewhere. The bad lines are in the
    // reports: the task that joins them fails if there is one, and says so.
    const closing = batchTask("report", settings, ["--join", String(shards)]);
    for (let shard = 1; shard <= shards; shard++) {
        const part = batchTask(`lines ${shard} of ${shards}`, settings, ["--lenient", "--shard", `${shard}/${shards}`]);
        job.addTask(part);
        closing.addDependency(part);
    }
    job.addTask(closing);
}

function batchTask(name, settings, extra) {
    const program = words(settings.program || "parlance");
    const fixed = ["batch", settings.lines, "--out", settings.out, "--jobs", String(settings.jobs || 1), "--quiet"];
    const task = author.Task(name, "misc");
    task.addCommand(author.Command("exec", {
        exe: program[0],
        args: program.slice(1).concat(fixed, words(settings.options || ""), extra),
    }));
    return task;
}

// Words as a shell takes them apart, with quotation marks around those that have spaces. A backslash is part of a path.
function words(text) {
    const found = [];
    const pattern = /(?:[^\s"']|"[^"]*"|'[^']*')+/g;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
        found.push(match[0].replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double === undefined ? single : double));
    }
    return found;
}
