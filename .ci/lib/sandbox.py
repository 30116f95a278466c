"""Starts `keyturn sandbox` for the end-to-end scripts and reads its environment lines."""
import os
import re
import subprocess


class Sandbox:
    """A sandbox in a process of its own; `env` is what another terminal needs."""

    def __init__(self, *flags):
        keyturn = os.environ["KEYTURN"]
        self.process = subprocess.Popen(
            [keyturn, "sandbox", *flags], stdout=subprocess.PIPE, text=True)
        self.lines = {}
        for line in self.process.stdout:
            found = re.match(r"export (\w+)=(\S+)", line)
            if found:
                self.lines[found[1]] = found[2].strip("'\"")
            if {"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                    "AWS_REGION", "KEYTURN_RDS_CA_FILE"} <= self.lines.keys():
                break
        self.env = {**os.environ, **self.lines, "AWS_EC2_METADATA_DISABLED": "true",
                    "AWS_DEFAULT_REGION": self.lines["AWS_REGION"], "AWS_PAGER": ""}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        code = self.process.wait(timeout=20)
        assert code in (0, 130), f"the sandbox ended with exit code {code}"
