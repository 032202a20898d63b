"""The Debian package, in a bare Debian with systemd: installed, started, asked, killed, upgraded, stopped, removed, purged."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from runner.built import package, version, wheel
from runner.machine import Machine, unpack_root
from runner.report import Report

UNIT = "syntha.service"
_CONF = "/etc/syntha/syntha.conf"
_KEY = ("--key-file", "/etc/syntha/operator.key")
# As `systemd-analyze security` counts: 0 is the safest, and a unit without any hardening has 9.6.
_MOST_EXPOSURE = 2.5
_PUSH = "import sys, syntha; syntha.ContextMesh(user_id='alice').push(sys.argv[1], {'at': sys.argv[1]})"
_GET = "import sys, syntha; print(syntha.ContextMesh(user_id='alice').get(sys.argv[1])['at'])"


def run(report: Report, scratch: Path) -> None:
    root = scratch / "root"
    unpack_root(root)
    machine = Machine(root)
    shutil.copy(package(), root / "root/first.deb")
    newer = f"{version()}+next1"
    _with_version(newer, root / "root/second.deb", scratch)
    # What the package depends on, while there is a network.
    machine.prepare("apt-get", "-qq", "update")
    depends = subprocess.run(["dpkg-deb", "--field", package(), "Depends"], check=True, capture_output=True, text=True).stdout.strip()
    machine.prepare("apt-get", "-qq", "satisfy", "--yes", "--no-install-recommends", depends)
    with machine:
        _Package(report, machine, newer).run()


def _with_version(newer: str, target: Path, scratch: Path) -> None:
    """The same package under a higher version, with another settings file, as a release would bring it."""
    subprocess.run(["dpkg-deb", "--raw-extract", package(), scratch / "newer"], check=True)
    control = scratch / "newer/DEBIAN/control"
    control.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {newer}", control.read_text()))
    with (scratch / "newer/etc/syntha/syntha.conf").open("a") as conf:
        conf.write("# A line of the next version.\n")
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", scratch / "newer", target], check=True, capture_output=True)
    shutil.rmtree(scratch / "newer")


class _Package:
    def __init__(self, report: Report, machine: Machine, newer: str) -> None:
        self.report, self.machine, self.newer = report, machine, newer
        self.user_key = ""

    def run(self) -> None:
        self.install()
        self.confined()
        self.answers()
        self.settings()
        self.killed()
        self.upgrade()
        self.stop()
        self.remove()
        self.purge()

    def install(self) -> None:
        said = self.apt("install", "/root/first.deb")
        self.report.check("deb: installs", said.returncode == 0, said.stdout + said.stderr)
        self.report.equal("deb: the service runs when the installation ends", self.active(), "active")
        self.report.equal("deb: it starts with the system", self.machine.run("systemctl", "is-enabled", UNIT).stdout.strip(), "enabled")
        self.report.equal("deb: the unit waits for the server's word", self.machine.show(UNIT, "Type"), "notify")
        # With Type=notify systemd has seen READY=1, or the unit would not be active. The journal says when.
        journal = self.machine.run("journalctl", "--unit", UNIT, "--output=cat").stdout
        in_order = 0 <= journal.find("Syntha is ready") < journal.find("Started ")
        self.report.check("deb: systemd counts it as started after the server is ready", in_order, journal)
        self.report.check("deb: the journal has no error", not re.search(r"(?i)\b(fail|error|exception)", journal), journal)
        verified = self.machine.run("systemd-analyze", "verify", "/usr/lib/systemd/system/syntha.service", check=False)
        self.report.check("deb: systemd-analyze verify finds nothing", "syntha" not in verified.stderr, verified.stderr)

    def confined(self) -> None:
        status = self.machine.status_of(self.process())
        account = self.machine.run("id", "-u", "syntha").stdout.strip()
        self.report.equal("deb: it runs under its account", set(status["Uid"].split()), {account})
        self.report.equal("deb: it has no capability", {status[name] for name in ("CapEff", "CapPrm", "CapBnd")}, {"0" * 16})
        self.report.equal("deb: it can gain no right", status["NoNewPrivs"], "1")
        self.report.equal("deb: its system calls are filtered", status["Seccomp"], "2")
        modes = self.machine.run(
            "stat", "--format=%a %U %G", "/var/lib/syntha", "/etc/syntha/operator.key", "/etc/syntha/operator.conf", _CONF).stdout
        self.report.equal("deb: who may read what", modes.splitlines(), [
            "700 syntha syntha", "600 root root", "640 root syntha", "640 root syntha"])
        security = self.machine.run("systemd-analyze", "security", "--no-pager", UNIT).stdout
        exposure = float(re.search(r"Overall exposure level for syntha.service: ([\d.]+)", security)[1])
        print(f"        exposure by systemd-analyze security: {exposure}")
        self.report.check(f"deb: the exposure is at most {_MOST_EXPOSURE}", exposure <= _MOST_EXPOSURE, security)

    def answers(self) -> None:
        self.report.equal("deb: it is healthy", self.health(), "Healthy")
        without = self.machine.run("syntha", "users", "list", check=False)
        self.report.check("deb: without a key a call is refused", without.returncode == 1, without)
        made = self.machine.run("syntha", "keys", "create", "--user", "alice", *_KEY)
        self.user_key = re.findall(r"syntha_\S+", made.stdout)[-1]
        self.push("before")
        self.report.equal("deb: an item is there", self.get("before"), "before")
        self.report.check("deb: the operator sees the user", "alice" in self.operator("users", "list"))
        here = self.machine.run("ls", "/var/lib/syntha/data/users/alice").stdout
        self.report.check("deb: the data is below /var/lib/syntha", "context.db" in here, here)

    def settings(self) -> None:
        self.set("SYNTHA_Quotas__MaxItems=4321")
        self.machine.run("systemctl", "restart", UNIT)
        self.report.check("deb: a setting of syntha.conf counts", "4321" in self.operator("users", "stats", "alice"))
        before = self.process()
        self.machine.run("systemctl", "reload", UNIT)
        self.report.equal("deb: a reload does not end it", (self.active(), self.process()), ("active", before))
        self.set("SYNTHA_Server__GrpcPort=70000")
        refused = self.machine.run("systemctl", "restart", UNIT, check=False)
        self.report.check("deb: a wrong setting stops the start", refused.returncode != 0)
        found = (self.machine.show(UNIT, "ExecMainStatus"), self.machine.show(UNIT, "NRestarts"), self.active())
        self.report.equal("deb: the start is not tried again", found, ("2", "0", "failed"))
        journal = self.machine.run("journalctl", "--unit", UNIT, "--output=cat").stdout
        self.report.check("deb: the journal names the variable", "SYNTHA_Server__GrpcPort" in journal, journal)
        self.machine.run("sed", "--in-place", "/GrpcPort=70000/d", _CONF)
        self.machine.run("systemctl", "restart", UNIT)

    def killed(self) -> None:
        before = self.process()
        self.push("killed")
        self.machine.run("sh", "-c", f"kill -KILL {before}")
        self.machine.run(
            "sh", "-c", f"for i in $(seq 300); do [ $(systemctl show --value -p NRestarts {UNIT}) = 1 ] && "
            f"systemctl is-active --quiet {UNIT} && exit; sleep 0.1; done; exit 1", check=False)
        self.report.check("deb: after kill -9 it runs again", self.active() == "active" and self.process() != before)
        self.report.equal("deb: what was acknowledged is there", self.get("killed"), "killed")

    def upgrade(self) -> None:
        before = self.process()
        said = self.apt("install", "-o", "Dpkg::Options::=--force-confold", "/root/second.deb")
        self.report.check("deb: a higher version installs", said.returncode == 0, said.stdout + said.stderr)
        self.report.equal("deb: the version is the higher one", self.installed()[1], self.newer)
        self.report.check("deb: another process serves", self.active() == "active" and self.process() not in ("0", before))
        self.report.check("deb: the operator's settings are kept", "4321" in self.operator("users", "stats", "alice"))
        found = (self.get("before"), self.get("killed"))
        self.report.equal("deb: the data and the keys are kept", found, ("before", "killed"))

    def stop(self) -> None:
        self.machine.run("systemctl", "stop", UNIT)
        found = (self.active(), self.machine.show(UNIT, "Result"), self.machine.show(UNIT, "ExecMainStatus"))
        self.report.equal("deb: a stop ends it with code 0", found, ("inactive", "success", "0"))
        self.machine.run("systemctl", "start", UNIT)

    def remove(self) -> None:
        said = self.apt("remove", "syntha")
        self.report.check("deb: is removed", said.returncode == 0, said.stdout + said.stderr)
        processes = self.machine.run("sh", "-c", "cat /proc/[0-9]*/comm").stdout.split()
        self.report.check("deb: no process is left", "syntha" not in processes, processes)
        left = self.machine.run("sh", "-c", "ls -d /usr/lib/syntha /usr/bin/syntha /usr/lib/systemd/system/syntha.service", check=False)
        self.report.equal("deb: no program is left", left.stdout, "")
        self.report.check("deb: settings and data are left", self.machine.run(
            "ls", _CONF, "/var/lib/syntha/data/users/alice/context.db", check=False).returncode == 0)
        said = self.apt("install", "/root/second.deb")
        self.report.check("deb: installs again", said.returncode == 0, said.stdout + said.stderr)
        self.report.equal("deb: and has its data again", self.get("killed"), "killed")

    def purge(self) -> None:
        said = self.apt("purge", "syntha")
        self.report.check("deb: is purged", said.returncode == 0, said.stdout + said.stderr)
        left = self.machine.run("sh", "-c", "ls -d /etc/syntha /var/lib/syntha /usr/lib/syntha", check=False)
        self.report.equal("deb: neither settings nor data are left", left.stdout, "")
        units = self.machine.run("systemctl", "list-unit-files", "--no-legend", "syntha*", check=False)
        self.report.equal("deb: no unit is left", units.stdout.strip(), "")
        self.report.equal("deb: dpkg does not know it", self.installed()[0], "unknown")

    def apt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.machine.run("apt-get", "--yes", "--no-install-recommends", *arguments, check=False, timeout=300)

    def installed(self) -> tuple[str, str]:
        asked = self.machine.run("dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}", "syntha", check=False)
        status, _, found = asked.stdout.partition(" ") if asked.returncode == 0 else ("unknown", "", "")
        return ("unknown" if status == "not-installed" else status), found

    def active(self) -> str:
        return self.machine.run("systemctl", "is-active", UNIT, check=False).stdout.strip()

    def process(self) -> str:
        return self.machine.show(UNIT, "MainPID")

    def health(self) -> str:
        return self.machine.from_here("curl", "--silent", "--max-time", "10", "http://127.0.0.1:8080/health").stdout

    def operator(self, *command: str) -> str:
        return self.machine.run("syntha", *command, *_KEY).stdout

    def push(self, key: str) -> None:
        done = self.python(_PUSH, key)
        self.report.check(f"deb: a push of '{key}' is acknowledged", done.returncode == 0, done.stderr)

    def get(self, key: str) -> str:
        done = self.python(_GET, key)
        return done.stdout.strip() or done.stderr

    def python(self, code: str, key: str) -> subprocess.CompletedProcess[str]:
        return self.machine.from_here(
            "/usr/bin/python3", "-c", code, key, PYTHONPATH=str(wheel()), SYNTHA_API_KEY=self.user_key)

    def set(self, setting: str) -> None:
        self.machine.run("sh", "-c", f"echo '{setting}' >>{_CONF}")
