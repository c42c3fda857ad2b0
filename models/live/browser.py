# SPDX-License-Identifier: GPL-3.0-or-later
"""Try the file for browsers in one.

    python -m parlance.models.live.browser live_web.onnx --runtime node_modules/onnxruntime-web/dist

A browser without a window (Chromium, by its usual names) hears speech of the demonstration, 20 ms after 20 ms, with ONNX Runtime
Web (`npm install onnxruntime-web`), and its answers are compared with those of ONNX Runtime here. Nothing else is fetched.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ...inference import files
from ...inference.performance import FRAME_RATE
from .web import OUTPUTS, STEP

BROWSERS: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
SPEECH: Final = Path(__file__).resolve().parents[2] / "demo/hello.flac"
AGREED: Final = 2e-3
"""Largest difference of a curve or a probability that is put down to another order of sums."""
PATIENCE: Final = 120.0
"""Seconds to wait for the browser."""
PAGE: Final = """<!doctype html><script type="module">
const tell = (found) => fetch("/found", { method: "POST", body: JSON.stringify(found) });
try {
  const ort = await import("/runtime/ort.wasm.min.mjs");
  ort.env.wasm.wasmPaths = "/runtime/";
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create("/network");
  const spec = await (await fetch("/spec")).json();
  const samples = new Float32Array(await (await fetch("/samples")).arrayBuffer());
  let memory = new ort.Tensor("float32", new Float32Array(spec.memory), [1, spec.memory]);
  const phones = [], curves = [], taken = [];
  for (let at = 0; at + 320 <= samples.length; at += 320) {
    const began = performance.now();
    const heard = new ort.Tensor("float32", samples.slice(at, at + 320), [1, 320]);
    const said = await session.run({ samples: heard, memory });
    taken.push(performance.now() - began);
    memory = said.next_memory;
    phones.push(Array.from(said.phones.data));
    curves.push(Array.from(said.curves.data));
  }
  await tell({ phones, curves, taken, browser: navigator.userAgent });
} catch (error) { await tell({ error: String(error) }); }
</script>"""
_KINDS: Final = {".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm"}


def in_browser(network: Path, runtime: Path, wave: NDArray[np.float32], browser: str) -> dict[str, Any]:
    """What the page tells. Raises RuntimeError where it fails, or tells nothing in time."""
    served = {
        "/": (PAGE.encode(), "text/html"),
        "/network": (network.read_bytes(), "application/octet-stream"),
        "/spec": (network.with_suffix(".json").read_bytes(), "application/json"),
        "/samples": (wave.astype("<f4").tobytes(), "application/octet-stream"),
    }
    found: dict[str, Any] = {}
    told = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(served, runtime, found, told))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", f"--user-data-dir={profile}"]
        command = [browser, *options, f"http://127.0.0.1:{server.server_port}/"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            told.wait(PATIENCE)
        finally:
            process.kill()
            process.wait()
            server.shutdown()
    if "phones" not in found:
        raise RuntimeError(found.get("error", f"{browser} told nothing in {PATIENCE:.0f} s."))
    return found


def _handler(
    served: dict[str, tuple[bytes, str]], runtime: Path, found: dict[str, Any], told: threading.Event
) -> type[BaseHTTPRequestHandler]:
    """Serves what the page asks for, and sets `told` when it has told what it `found`. served: content and type by path."""

    class Handler(BaseHTTPRequestHandler):
        """The page, what it needs, and what it found."""

        def do_GET(self) -> None:
            """One of the files."""
            path = runtime / Path(self.path).name
            if self.path.startswith("/runtime/") and path.is_file():
                body, kind = path.read_bytes(), _KINDS.get(path.suffix, "text/plain")
            else:
                body, kind = served.get(self.path, (b"", ""))
            self.send_response(200 if kind else 404)
            self.send_header("Content-Type", kind or "text/plain")
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            """The answers."""
            found.update(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()
            told.set()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    return Handler


def here(network: Path, wave: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Phones [T, P] and curves [T, C] of the same by ONNX Runtime."""
    session = onnxruntime.InferenceSession(str(network), providers=["CPUExecutionProvider"])
    memory = np.zeros(session.get_inputs()[1].shape, np.float32)
    phones, curves = [], []
    for start in range(0, len(wave) - STEP + 1, STEP):
        said = dict(
            zip(OUTPUTS, session.run(list(OUTPUTS), {"samples": wave[None, start : start + STEP], "memory": memory}), strict=True)
        )
        memory = said["next_memory"]
        phones.append(said["phones"])
        curves.append(said["curves"])
    return np.array(phones), np.array(curves)


def main() -> None:
    """Command line. Ends with an error where the answers differ."""
    parser = argparse.ArgumentParser(description="Run the live network for browsers in a browser.")
    parser.add_argument("network", type=Path, help="what models.live.web has written")
    parser.add_argument("--runtime", type=Path, required=True, help="folder dist of onnxruntime-web")
    parser.add_argument("--browser", default=next(filter(None, map(shutil.which, BROWSERS)), BROWSERS[0]))
    options = parser.parse_args()
    wave = files.read(SPEECH).samples.astype(np.float32)
    found = in_browser(options.network, options.runtime, wave, options.browser)
    apart = [
        float(np.abs(np.array(found[name]) - mine).max())
        for name, mine in zip(("phones", "curves"), here(options.network, wave), strict=True)
    ]
    taken = np.sort(found["taken"])
    print(
        f"{found['browser']}\n{len(taken) / FRAME_RATE:.1f} s of sound: phones within {apart[0]:.1e}, curves within "
        f"{apart[1]:.1e}; a step of 20 ms takes {np.median(taken):.1f} ms, {taken[int(0.99 * len(taken))]:.1f} in 99 %"
    )
    if max(apart) > AGREED:
        raise SystemExit("The browser answers otherwise.")


if __name__ == "__main__":
    main()
