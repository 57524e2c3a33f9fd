"""Reports as SARIF 2.1.0, which code scanning and editors read: one run, a result a finding, a rule an issue."""

import hashlib
import json
import re
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from analyzer.records import Report
from analyzer.report import labels
from analyzer.report.escape import visible
from analyzer.report.json import encodable
from analyzer.report.lint import Origin, Placed, placed_findings
from analyzer.report.policies import address
from analyzer.vocabulary import VERSION

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


class Log:
    """One SARIF log, which grows by :meth:`add` and is written by :meth:`render`."""

    def __init__(self, *, all_issues: bool = False) -> None:
        self._everything = all_issues
        self._rules: dict[str, dict[str, Any]] = {}
        self._results: list[dict[str, Any]] = []

    def add(self, report: Report, origin: Origin) -> None:
        """Add the findings of a report."""
        for placed in placed_findings(report, origin, everything=self._everything):
            self._results.append(self._result(origin, placed))

    def render(self) -> str:
        """Return the log as JSON."""
        driver = {"name": "npov-analyzer", "semanticVersion": VERSION, "rules": list(self._rules.values())}
        run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": self._results}
        log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
        return json.dumps(encodable(log), indent=2, ensure_ascii=False) + "\n"

    def _result(self, origin: Origin, placed: Placed) -> dict[str, Any]:
        issue = placed.finding.issue
        self._rules.setdefault(issue.issue, _rule(issue.issue, issue.policy))
        location: dict[str, Any] = {"artifactLocation": {"uri": _uri(origin.file)}}
        if placed.begins is not None and placed.ends is not None:
            (line, column), (last, end) = placed.begins, placed.ends
            location["region"] = {"startLine": line, "startColumn": column, "endLine": last, "endColumn": end}
        told = f"{issue.issue}\0{origin.article}\0{placed.message}"
        return {
            "ruleId": issue.issue,
            "ruleIndex": list(self._rules).index(issue.issue),
            "level": "warning" if placed.finding.is_clear else "note",
            "message": {"text": placed.message},
            "locations": [{"physicalLocation": location}],
            "partialFingerprints": {"npov/v1": hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()},
            "properties": {"score": placed.finding.score},
        }


def _rule(issue: str, policy: str) -> dict[str, Any]:
    """Return what an issue is: its title, its summary where its scorer is installed, and its policy with an address."""
    from analyzer import issues  # only where a report is written: scorers are looked up among installed packages

    summaries = {scorer.issue: scorer.summary for scorer in issues.scorers()}
    title = labels.issue_title(issue)
    rule: dict[str, Any] = {
        "id": issue,
        "shortDescription": {"text": visible(title)},
        "fullDescription": {"text": visible(f"{title}: {summaries.get(issue, title)} ({policy}).")},
    }
    told = address(policy)
    return rule | ({"helpUri": told} if told else {})


def _uri(file: str) -> str:
    """Return a file's name as a URI: an address as it is, a path from the root as ``file:``, another one relative."""
    if _ADDRESS.match(file):
        return quote(file, safe="/:?#[]@!$&'()*+,;=%-._~")
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
