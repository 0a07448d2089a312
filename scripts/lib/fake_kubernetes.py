"""Answers just enough of Kubernetes' discovery for 'kubectl create --dry-run=client'; prints its port, ends with stdin."""

import http.server
import json
import sys
import threading

RESOURCES = {
    "v1": (("pods", "Pod", True), ("services", "Service", True), ("namespaces", "Namespace", False)),
    "batch/v1": (("jobs", "Job", True), ("cronjobs", "CronJob", True)),
}


def answer(path):
    """The document at a path; None where there is none."""
    path = path.partition("?")[0]
    if path == "/version":
        return {"major": "1", "minor": "37", "gitVersion": "v1.37.0"}
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"]}
    if path == "/apis":
        version = {"groupVersion": "batch/v1", "version": "v1"}
        group = {"name": "batch", "versions": [version], "preferredVersion": version}
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [group]}
    for name, kinds in RESOURCES.items():
        if path == ("/api/" if name == "v1" else "/apis/") + name:
            found = [
                {"name": plural, "singularName": kind.lower(), "namespaced": namespaced, "kind": kind, "verbs": ["create", "get"]}
                for plural, kind, namespaced in kinds
            ]
            return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": name, "resources": found}
    return None


class Handler(http.server.BaseHTTPRequestHandler):
    """GET only, and silent."""

    def do_GET(self):
        """Answers one request."""
        found = answer(self.path)
        body = json.dumps(found or {"kind": "Status", "status": "Failure", "code": 404}).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Says nothing."""


def main():
    """Serves until stdin ends."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
